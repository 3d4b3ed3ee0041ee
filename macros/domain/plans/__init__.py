"""Answers to the questions of a plan, from a reader's own numbers: one module a question, each tested alone.

An answer is a frozen record whose fields are named as the command line and the pages write them.
"""
