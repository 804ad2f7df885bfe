/** The samples that are text as they stand. */

const minutes = `# Minutes of the management meeting

Date: 12 March 2026, 9:00 to 11:20
Place: Kastelplein 14, third floor, room Bjørn

Present: Marit Voss (chair), Tomas Lind (Engineering), Noor Bakker (Sales), Amara Diallo (IT and security), Ingrid Solheim (People)
Apologies: Ruben Smit (Workshop)
Minutes: Elin Aas

## 1. Lease of Kastelplein 14

The lease could be ended early with effect from 30 April 2027; the letter would have to reach Kade Vastgoed by 31 July 2026.
Moving was estimated at EUR 210,000, not counting the acoustic chamber.

**Decision:** Halden & Voss does not use the break option and stays. Marit Voss asks Kade Vastgoed for a fixed rent until 2029 and reports on 21 May.

## 2. Acoustic chamber

Tomas Lind presented three offers. The cheapest, from Stillehus, does not reach the required 12 decibels of background noise.

**Decision:** The offer of Rauwerda Akoestiek for EUR 84,000 is accepted, with four votes to one. Noor Bakker voted against, because the meeting room is closed from 6 July to 30 October.

## 3. New positions

Two positions are opened: one firmware engineer in Engineering and one person in customer support. Ingrid Solheim publishes both by 31 March. The salary band for the firmware engineer is EUR 4,200 to 5,400 a month.

## 4. Phishing test

Of 64 people, 9 clicked on the link in the test of February; in the test before it was 17. Amara Diallo repeats the test in September.

## 5. Actions

| Who | What | Until |
|---|---|---|
| Marit Voss | Ask Kade Vastgoed for a fixed rent | 21 May 2026 |
| Tomas Lind | Sign the order with Rauwerda Akoestiek | 20 March 2026 |
| Ingrid Solheim | Publish two positions | 31 March 2026 |
| Amara Diallo | Repeat the phishing test | 30 September 2026 |

Next meeting: 21 May 2026, 9:00.
`;

const welcome = `From: Ingrid Solheim <ingrid.solheim@haldenvoss.example>
To: Jonas Peeters <jonas.peeters@mail.example>
Cc: Amara Diallo <amara.diallo@haldenvoss.example>
Date: Thu, 19 Mar 2026 14:05:00 +0100
Subject: Welcome to Halden & Voss: your first day
Message-ID: <20260319140500.welcome@haldenvoss.example>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="first-day"

--first-day
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

Dear Jonas,

We are glad that you start with us on Wednesday 1 April 2026 as test engineer.

Please come to the reception at Kastelplein 14 at 9:15 and ask for Elin Aas. Bring your passport and your bank details. Your laptop and access card will be ready; your code for the door is given to you in person and never by mail.

Your buddy is Kaya Brandt from Engineering. She shows you round and takes you to lunch on the first day. In your first two months you can work from home one day a week, as the handbook says in section 3.1.

If anything comes up before then, call me on extension 4120.

Kind regards,
Ingrid Solheim
People team

--first-day
Content-Type: text/plain; charset=utf-8; name="First week.txt"
Content-Disposition: attachment; filename="First week.txt"
Content-Transfer-Encoding: 8bit

First week of Jonas Peeters

Wednesday 1 April, 10:00: introduction to information security, Amara Diallo
Thursday 2 April, 13:30: tour of the workshop, Ruben Smit
Friday 3 April: public holiday, the office is closed
Tuesday 7 April, 11:00: first team meeting of Engineering, room Bjørn

--first-day--
`;

const officeHours = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Office hours and access</title><style>table { border-collapse: collapse }</style></head>
<body>
<h1>Office hours and access</h1>
<p>The building at Kastelplein 14 is open to staff with their access card from 6:30 to 21:00 on working days. At weekends the alarm is on; who needs to come in tells the office by Friday 12:00.</p>
<h2>Reception</h2>
<table>
<tr><th>Day</th><th>Opens</th><th>Closes</th></tr>
<tr><td>Monday to Thursday</td><td>8:00</td><td>18:00</td></tr>
<tr><td>Friday</td><td>8:00</td><td>16:30</td></tr>
</table>
<h2>Closed in 2026</h2>
<ul>
<li>3 April and 6 April, Easter</li>
<li>14 and 15 May, Ascension and the day after</li>
<li>24 December 2026 to 3 January 2027, between the years</li>
</ul>
<h2>Emergencies</h2>
<p>In a fire, leave by the stairs and gather at the fountain on Kastelplein. First aid: extension 4112. Out of hours, call the guard at Kade Vastgoed on 555 0142.</p>
</body>
</html>
`;

const suppliers = `Supplier,Delivers,Contact,Contract until,Value 2026 EUR,Notice
Rauwerda Akoestiek,Acoustic chamber,Femke Rauwerda,2026-10-30,84000,none
Lydmikro AS,Microphone capsules,Henrik Dahl,2027-06-30,312000,6 months
Kade Vastgoed N.V.,Office space,J. R. Kade,2029-04-30,270776,12 months
Zilverstroom,Electricity and gas,Sanne de Wit,2026-12-31,58400,3 months
"Brood, Kaas & Co",Lunches,Milan Peters,2026-12-31,21600,1 month
Noordlicht IT,Laptops and printers,Yara Haddad,2028-02-28,47900,3 months
Postduif,Parcels to customers,Olaf Maas,2026-09-30,36200,2 months
`;

export const plainFiles: Readonly<Record<string, string>> = {
  'Minutes 2026-03-12.md': minutes,
  'Welcome.eml': welcome.replaceAll('\n', '\r\n'),
  'office-hours.html': officeHours,
  'suppliers.csv': suppliers,
};
