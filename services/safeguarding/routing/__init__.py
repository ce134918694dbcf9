"""The fourth room: who may know, and how much?"""
