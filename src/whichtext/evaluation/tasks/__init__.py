"""Measuring whichtext itself on a data set: one task a file, the loop over photos, and the journal of a run.

    run = run_task(DetectionTask("best_pairs"), Selection("textref", path, split="dev"), EngineNames())
    run.figures

A task looks at one photo at a time and gives plain JSON (`look`), and computes figures from all of it (`measure`). What
is slow happens in `look`: it is spread over workers, and its outcomes are kept in a journal from which a run goes on.
Figures depend on the outcomes alone, so neither the number of workers nor an interruption changes them.
"""
