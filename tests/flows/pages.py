"""Every page that can be opened: whose it is, and an address with real rows. `{step}` stands for a row of `rows.py`."""

from __future__ import annotations

#: Page, person, address. A page with several faces stands here once for each.
PAGES: tuple[tuple[str, str, str], ...] = (
    # the public site
    ("home", "", "/"), ("calls", "", "/calls/"), ("call", "", "/calls/yc-2026/"), ("guides", "", "/guides/"),
    ("guide", "", "/guides/yinchuan-2026/"), ("guide-scheme", "", "/guides/yinchuan-2026/sme-innovation/"),
    ("check", "", "/check/"), ("check", "", "/check/?pack=yinchuan-2026"), ("check-scheme", "", "/check/yinchuan-2026/sme-innovation/"),
    ("verify", "", "/verify/"), ("verify-receipt", "", "/verify/{handed-in}-R1/"), ("style", "", "/style/"),
    ("personas", "", "/demo/"), ("outbox", "", "/demo/outbox/"), ("register-unit", "", "/register/"), ("join", "", "/join/{invitation}/"),
    # the applicant
    ("desk", "leader-draft", "/desk/"), ("applications", "leader-draft", "/applications/"),
    ("start", "phone-leader", "/applications/start/yc-2026/sme-innovation/"),
    ("form", "leader-draft", "/cases/{draft}/form/applicant/"), ("form", "leader-draft", "/cases/{draft}/form/indicators/"),
    ("form", "leader-draft", "/cases/{draft}/form/money/"), ("form", "leader-ready", "/cases/{ready}/form/papers/"),
    ("form", "leader-returned", "/cases/{returned}/form/about/"), ("submit", "leader-draft", "/cases/{draft}/submit/"),
    ("submit", "admin-ready", "/cases/{ready}/submit/"), ("submit", "admin-returned", "/cases/{returned}/submit/"),
    ("receipt", "leader-handed-in", "/cases/{handed-in}/receipt/1/"), ("withdraw", "admin-ready", "/cases/{ready}/withdraw/"),
    ("organisation", "admin", "/organisation/"),
    ("inbox", "leader-accepted", "/inbox/"),
    ("inbox-settings", "leader-accepted", "/inbox/settings/"), ("case", "leader-accepted", "/cases/{accepted}/"),
    # the bodies of the chain
    ("desk", "recommender", "/desk/"), ("desk", "officer", "/desk/"), ("queue", "recommender", "/queue/"), ("queue", "officer", "/queue/?show=all"),
    ("case", "recommender", "/cases/{handed-in}/"), ("case", "officer", "/cases/{refused}/"),
    ("case-content", "officer", "/cases/{sent}/content/"), ("case-checks", "officer", "/cases/{accepted}/checks/"),
    ("case-history", "officer", "/cases/{returned}/history/"), ("check-sheet", "recommender", "/cases/{handed-in}/check/"),
    ("move", "recommender", "/cases/{handed-in}/move/return-to-draft/"), ("move", "officer", "/cases/{sent}/move/accept/"),
    ("move", "officer", "/cases/{sent}/move/refuse/"), ("listings", "recommender", "/lists/"),
    ("listing", "recommender", "/lists/yc-2026/recommendation/xingqing/"), ("send-list", "recommender", "/lists/yc-2026/recommendation/xingqing/send/"),
    ("sent-list", "recommender", "/lists/sent/{sent-list}/"), ("units", "recommender", "/units/"), ("unit", "recommender", "/units/{new-unit}/"),
    # the authority's calls
    ("calls-desk", "officer", "/desk/calls/"), ("new-call", "officer", "/desk/calls/new/"), ("new-call", "officer", "/desk/calls/new/?pack=yinchuan-2026"),
    ("call-desk", "officer", "/desk/calls/yc-draft/"), ("call-desk", "officer", "/desk/calls/yc-2026/"),
    ("call-preview", "officer", "/desk/calls/yc-draft/preview/"), ("publish-call", "officer", "/desk/calls/yc-draft/publish/"),
    ("revise-call", "officer", "/desk/calls/yc-2026/revise/"), ("extend-call", "officer", "/desk/calls/yc-2026/extend/"),
    ("close-call", "officer", "/desk/calls/yc-2026/close/"), ("cancel-call", "officer", "/desk/calls/yc-draft/cancel/"),
    ("topics", "park-officer", "/topics/"),
    # scoring and the meeting
    ("reviewing", "expert", "/reviewing/"), ("seat", "expert", "/reviewing/seat/{open-seat}/"), ("seat", "expert", "/reviewing/seat/{seat}/"),
    ("panel-meeting", "expert", "/reviewing/{closed-round}/meeting/"), ("round-meeting", "officer", "/rounds/{closed-round}/meeting/"),
    ("round-meeting", "officer", "/rounds/{open-round}/meeting/"), ("round-progress", "officer", "/rounds/{open-round}/progress/"),
    ("round-release", "officer", "/rounds/{open-round}/release/"), ("release-case", "officer", "/rounds/{open-round}/release/1/"),
    # a round until its panels are drawn; a draw in public
    ("rounds", "officer", "/rounds/"), ("rounds", "auditor", "/rounds/"), ("new-round", "officer", "/rounds/new/"),
    ("round", "officer", "/rounds/{asking-round}/"), ("round", "officer", "/rounds/{open-round}/"),
    ("round-cases", "officer", "/rounds/{asking-round}/cases/"), ("round-rules", "officer", "/rounds/{asking-round}/rules/"),
    ("asking", "officer", "/rounds/{asking-round}/asking/"), ("declare", "expert", "/reviewing/{asking-round}/declare/"),
    ("draw", "officer", "/rounds/{asking-round}/draw/"), ("draw", "officer", "/rounds/{open-round}/draw/"),
    ("panels", "officer", "/rounds/{open-round}/panels/"), ("draws", "", "/draws/"), ("public-draw", "", "/draws/{open-round}/1/"),
    # from the scores of a round to the decision
    ("results", "officer", "/rounds/{closed-round}/results/"), ("case-results", "officer", "/rounds/{closed-round}/results/1/"),
    ("fix-ranking", "officer", "/rounds/{closed-round}/ranking/fix/"), ("explain-wild", "expert", "/reviewing/seat/{seat}/explain/"),
    ("rankings", "leadership", "/rankings/"), ("ranking", "leadership", "/rounds/{ranked-round}/ranking/"),
    ("round-notices", "officer", "/rounds/{ranked-round}/notice/"), ("round-awards", "officer", "/rounds/{ranked-round}/awards/"),
    ("notices", "", "/notices/"), ("notice", "", "/notices/{notice}/"), ("object", "", "/notices/{notice}/1/object/"),
    ("objection-answer", "", "/objections/answer/"), ("objections", "officer", "/objections/"),
    ("objection", "officer", "/objections/{objection}/"), ("awards", "", "/awards/"),
    ("allocation", "officer", "/rounds/{ranked-round}/allocation/"), ("allocation", "officer", "/rounds/{ranked-round}/allocation/?budget=90"),
    # the bank of experts
    ("experts", "officer", "/experts/"), ("experts", "auditor", "/experts/?status=active&sort=-load"), ("new-expert", "officer", "/experts/new/"),
    ("expert", "officer", "/experts/{expert}/"), ("edit-expert", "officer", "/experts/{expert}/edit/"), ("import-experts", "officer", "/experts/import/"),
    ("expert-desk", "expert", "/expert/"), ("expert-profile", "expert", "/expert/profile/"), ("expert-employer", "expert", "/expert/employer/"),
    # auditors, keepers
    ("desk", "auditor", "/desk/"), ("events", "auditor", "/events/"), ("event", "auditor", "/events/{event}/"), ("desk", "keeper", "/desk/"),
    ("authorities", "keeper", "/authorities/"), ("add-authority", "keeper", "/authorities/new/"),
    ("authority", "keeper", "/authorities/body/yinchuan/"), ("people", "keeper", "/authorities/people/"),
    ("person", "keeper", "/authorities/people/{person}/"),
    ("holidays", "keeper", "/authorities/holidays/"),
    # accounts
    ("account_login", "", "/accounts/login/"), ("account_reset_password", "", "/accounts/password/reset/"),
    ("account_reset_password_done", "", "/accounts/password/reset/done/"), ("account_signup", "", "/accounts/signup/"),
    ("account_logout", "leader", "/accounts/logout/"), ("account_change_password", "leader", "/accounts/password/change/"),
    ("account_email", "leader", "/accounts/email/"), ("mfa_index", "leader", "/accounts/2fa/"),
    ("mfa_activate_totp", "leader", "/accounts/2fa/totp/activate/"), ("socialaccount_connections", "leader", "/accounts/3rdparty/"),
)  # fmt: skip
