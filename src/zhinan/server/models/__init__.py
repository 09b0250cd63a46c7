"""Rows: the shapes of what is kept. Only queries and actions touch them."""

from zhinan.server.models.applications import Answer, Application, Attachment, Correction, Submission
from zhinan.server.models.authorities import Authority, AuthorityKind, Section
from zhinan.server.models.awards import Award, Clearance, Notice, NoticeLine, Objection, ObjectionStatus, Outcome, Talk
from zhinan.server.models.calls import Call, CallStatus, Holiday, StageLimit, Topic
from zhinan.server.models.events import ChainHead, Event
from zhinan.server.models.experts import BankImport, Conduct, Expert, ExpertStatus, Tenure, Tie
from zhinan.server.models.filings import Check, Entry, Listing, Mark
from zhinan.server.models.messages import Delivery, Message
from zhinan.server.models.organisations import Organisation, OrganisationStatus, RegisterFact
from zhinan.server.models.people import Invitation, Post, Role, User
from zhinan.server.models.registers import FundedProject, Shareholding
from zhinan.server.models.rounds import (
    SITTING,
    Ballot,
    Blindness,
    Draw,
    Invitee,
    Meeting,
    Release,
    Remark,
    Round,
    RoundCase,
    RoundStatus,
    Scoring,
    Seat,
    SeatStatus,
)
from zhinan.server.models.work import Schedule

__all__ = [
    "SITTING",
    "Answer",
    "Application",
    "Attachment",
    "Authority",
    "AuthorityKind",
    "Award",
    "Ballot",
    "BankImport",
    "Blindness",
    "Call",
    "CallStatus",
    "ChainHead",
    "Check",
    "Clearance",
    "Conduct",
    "Correction",
    "Delivery",
    "Draw",
    "Entry",
    "Event",
    "Expert",
    "ExpertStatus",
    "FundedProject",
    "Holiday",
    "Invitation",
    "Invitee",
    "Listing",
    "Mark",
    "Meeting",
    "Message",
    "Notice",
    "NoticeLine",
    "Objection",
    "ObjectionStatus",
    "Organisation",
    "OrganisationStatus",
    "Outcome",
    "Post",
    "RegisterFact",
    "Release",
    "Remark",
    "Role",
    "Round",
    "RoundCase",
    "RoundStatus",
    "Schedule",
    "Scoring",
    "Seat",
    "SeatStatus",
    "Section",
    "Shareholding",
    "StageLimit",
    "Submission",
    "Talk",
    "Tenure",
    "Tie",
    "Topic",
    "User",
]  # fmt: skip
