"""The players that stand for three states of knowledge of z."""

BLIND, BAYES, TOLD = "scripted/blind", "scripted/bayes", "scripted/oracle"
"""Forgets every task; knows the family and infers z; is told z."""
