"""Rows: the shapes of what is kept. Only queries and actions touch them."""

from zhinan.server.models.applications import Answer, Application, Attachment, Correction, Submission
from zhinan.server.models.authorities import Authority, AuthorityKind, Section
from zhinan.server.models.calls import Call, CallStatus, Holiday, StageLimit, Topic
from zhinan.server.models.events import ChainHead, Event
from zhinan.server.models.filings import Check, Entry, Listing, Mark
from zhinan.server.models.messages import Delivery, Message
from zhinan.server.models.organisations import Organisation, OrganisationStatus, RegisterFact
from zhinan.server.models.people import Invitation, Post, Role, User
from zhinan.server.models.registers import FundedProject, Shareholding
from zhinan.server.models.work import Schedule

__all__ = [
    "Answer", "Application", "Attachment", "Authority", "AuthorityKind", "Call", "CallStatus", "ChainHead", "Check", "Correction",
    "Delivery", "Entry", "Event", "FundedProject", "Holiday", "Invitation", "Listing", "Mark", "Message", "Organisation",
    "OrganisationStatus",
    "Post", "RegisterFact", "Role", "Schedule", "Section", "Shareholding", "StageLimit", "Submission", "Topic", "User",
]  # fmt: skip
