"""Whole journeys: the real process between real mail servers, from a person's mail to the answer in their mailbox."""
