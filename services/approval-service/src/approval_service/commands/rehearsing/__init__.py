"""Rehearsals (D6): a definition over the recorded approvals of a period; nothing is changed."""
