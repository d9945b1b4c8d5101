"""Reports of mail servers about mail that they could not deliver, or that somebody took for spam.

As the servers write them; {headers} are those of the mail that comes back.
"""

POSTFIX = """\
Return-Path: <>
From: MAILER-DAEMON@mx.camau.example (Mail Delivery System)
Subject: Undelivered Mail Returned to Sender
To: tra-thu@cchc.example.vn
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
\tboundary="4B2C51A0042.1772596800/mx.camau.example"

This is a MIME-encapsulated message.

--4B2C51A0042.1772596800/mx.camau.example
Content-Description: Notification
Content-Type: text/plain; charset=utf-8

This is the mail system at host mx.camau.example.

<nguoi-doc@example.vn>: host mx.example.vn[192.0.2.25] said: {code} {status}
    {words} (in reply to RCPT TO command)

--4B2C51A0042.1772596800/mx.camau.example
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.camau.example
X-Postfix-Queue-ID: 4B2C51A0042
Arrival-Date: Wed,  4 Mar 2026 10:00:00 +0700 (+07)

Final-Recipient: rfc822; nguoi-doc@example.vn
Original-Recipient: rfc822;nguoi-doc@example.vn
Action: {action}
Status: {status}
Remote-MTA: dns; mx.example.vn
Diagnostic-Code: smtp; {code} {status} {words}

--4B2C51A0042.1772596800/mx.camau.example
Content-Description: Undelivered Message Headers
Content-Type: text/rfc822-headers
Content-Transfer-Encoding: 8bit

Return-Path: <tra-thu@cchc.example.vn>
{headers}

--4B2C51A0042.1772596800/mx.camau.example--
"""

EXIM = """\
Return-path: <>
X-Failed-Recipients: nguoi-doc@example.vn
Auto-Submitted: auto-replied
From: Mail Delivery System <Mailer-Daemon@mx.camau.example>
Content-Type: multipart/report; report-type=delivery-status; boundary=1772596800-eximdsn-1804289383
MIME-Version: 1.0
Subject: Mail delivery failed: returning message to sender

--1772596800-eximdsn-1804289383
Content-type: text/plain; charset=us-ascii

A message that you sent could not be delivered to one or more of its
recipients. This is a permanent error. The following address(es) failed:

  nguoi-doc@example.vn
    host mx.example.vn [192.0.2.25]
    SMTP error from remote mail server after RCPT TO:<nguoi-doc@example.vn>:
    550-5.1.1 The email account that you tried to reach does not exist.
    550 5.1.1 Please try double-checking the address.

--1772596800-eximdsn-1804289383
Content-type: message/delivery-status

Reporting-MTA: dns; mx.camau.example

Action: failed
Final-Recipient: rfc822;nguoi-doc@example.vn
Status: 5.0.0
Remote-MTA: dns; mx.example.vn
Diagnostic-Code: smtp; 550-5.1.1 The email account that you tried to reach does not exist.
 550 5.1.1 Please try double-checking the address.

--1772596800-eximdsn-1804289383
Content-type: message/rfc822

Return-path: <tra-thu@cchc.example.vn>
{headers}

Nội dung thư.

--1772596800-eximdsn-1804289383--
"""

EXIM_PLAIN = """\
Return-path: <>
X-Failed-Recipients: nguoi-doc@example.vn
From: Mail Delivery System <Mailer-Daemon@mx.camau.example>
Subject: Mail delivery failed: returning message to sender

This message was created automatically by mail delivery software.

A message that you sent could not be delivered to one or more of its
recipients. This is a permanent error. The following address(es) failed:

  nguoi-doc@example.vn
    SMTP error from remote mail server after RCPT TO:<nguoi-doc@example.vn>:
    host mx.example.vn [192.0.2.25]: 550 5.1.1 <nguoi-doc@example.vn>:
    Recipient address rejected: User unknown

------ This is a copy of the message, including all the headers. ------

Return-path: <tra-thu@cchc.example.vn>
{headers}

Nội dung thư.
"""

GMAIL = """\
Return-Path: <>
From: Mail Delivery Subsystem <mailer-daemon@googlemail.com>
To: tra-thu@cchc.example.vn
Auto-Submitted: auto-replied
X-Failed-Recipients: nguoi-doc@gmail.example
Subject: Delivery Status Notification (Failure)
Content-Type: multipart/report; boundary="000000000000c5a1f206"; report-type=delivery-status

--000000000000c5a1f206
Content-Type: multipart/related; boundary="000000000000c5a4ba06"

--000000000000c5a4ba06
Content-Type: multipart/alternative; boundary="000000000000c5a4c307"

--000000000000c5a4c307
Content-Type: text/plain; charset="UTF-8"

** Không tìm thấy địa chỉ **

Thư của bạn không gửi được tới nguoi-doc@gmail.example.

--000000000000c5a4c307
Content-Type: text/html; charset="UTF-8"

<html><body><img src="cid:icon.png"><p>Kh=C3=B4ng t=C3=ACm</p></body></html>

--000000000000c5a4c307--
--000000000000c5a4ba06
Content-Type: image/png; name="icon.png"
Content-Transfer-Encoding: base64
Content-ID: <icon.png>

iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==
--000000000000c5a4ba06--
--000000000000c5a1f206
Content-Type: message/delivery-status

Reporting-MTA: dns; googlemail.com
Arrival-Date: Tue, 03 Mar 2026 19:00:00 -0800 (PST)
X-Original-Message-ID: <x@cchc.example.vn>

Final-Recipient: rfc822; nguoi-doc@gmail.example
Action: failed
Status: 5.1.1
Remote-MTA: dns; gmail-smtp-in.l.google.com. (2001:db8::1b, the server for the domain gmail.example.)
Diagnostic-Code: smtp; 550-5.1.1 The email account that you tried to reach does not exist.
Last-Attempt-Date: Tue, 03 Mar 2026 19:00:01 -0800 (PST)

--000000000000c5a1f206
Content-Type: message/rfc822

Return-Path: <tra-thu@cchc.example.vn>
{headers}

Nội dung thư.
--000000000000c5a1f206--
"""

EXCHANGE = """\
From: postmaster@contoso.example
To: <tra-thu@cchc.example.vn>
Subject: Undeliverable: 2 tin mới
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
 boundary="b8a3ba4c-1f4e-4c4c-a1b2-d9a8f2f8c7e1"
Content-Language: en-US
X-MS-Exchange-Message-Is-Ndr:
Auto-Submitted: auto-replied

--b8a3ba4c-1f4e-4c4c-a1b2-d9a8f2f8c7e1
Content-Type: multipart/alternative; differences=Content-Type;
 boundary="3f3d1c2a-0d2b-4a0b-9d42-b1a2c3d4e5f6"

--3f3d1c2a-0d2b-4a0b-9d42-b1a2c3d4e5f6
Content-Type: text/plain; charset="us-ascii"
Content-Transfer-Encoding: quoted-printable

Your message to nguoi-doc@contoso.example couldn't be delivered.

--3f3d1c2a-0d2b-4a0b-9d42-b1a2c3d4e5f6--

--b8a3ba4c-1f4e-4c4c-a1b2-d9a8f2f8c7e1
Content-Type: message/delivery-status

Reporting-MTA: dns;SG2PR01MB1234.apcprd01.prod.exchangelabs.com
Received-From-MTA: dns;mx.camau.example

Final-Recipient: rfc822;nguoi-doc@contoso.example
Action: failed
Status: 5.1.10
Diagnostic-Code: smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup

--b8a3ba4c-1f4e-4c4c-a1b2-d9a8f2f8c7e1
Content-Type: message/rfc822

Received: from mx.camau.example (203.0.113.4) by SG2PR01MB1234
{headers}

Nội dung thư.

--b8a3ba4c-1f4e-4c4c-a1b2-d9a8f2f8c7e1--
"""

COMPLAINT = """\
From: <feedback@isp.example>
Subject: FW: 2 tin mới
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary="part1_13d.2e68ed54"

--part1_13d.2e68ed54
Content-Type: text/plain; charset="US-ASCII"

This is an email abuse report for an email message received from IP 203.0.113.4.

--part1_13d.2e68ed54
Content-Type: message/feedback-report

Feedback-Type: {kind}
User-Agent: SomeGenerator/1.0
Version: 1

--part1_13d.2e68ed54
Content-Type: message/rfc822
Content-Disposition: inline

{headers}

Nội dung thư.
--part1_13d.2e68ed54--
"""

FAILURES = {
    "postfix": POSTFIX,
    "exim": EXIM,
    "exim-plain": EXIM_PLAIN,
    "gmail": GMAIL,
    "exchange": EXCHANGE,
}
