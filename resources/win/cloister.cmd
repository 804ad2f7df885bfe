@rem `cloister`: the command line of the installed application. Without a command it opens the window.
@if "%~1"=="" (start "" "%~dp0..\Cloister.exe" & exit /b 0)
@"%~dp0..\resources\node\bin\node.exe" "%~dp0..\resources\app.asar.unpacked\dist\cli.js" %*
