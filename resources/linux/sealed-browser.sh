#!/bin/sh
# Starts the browser named by CLOISTER_BROWSER in a network namespace of its own; the devtools pipe (descriptors 3 and 4)
# passes through. The browser's own sandbox works inside.
exec bwrap --dev-bind / / --unshare-net --die-with-parent --unsetenv CLOISTER_BROWSER -- "$CLOISTER_BROWSER" "$@"
