-- By hand: what the schema language cannot say.

-- A pass is a gain that was asked for and shown, with every answer alike; `judge` in domain/statistics/verdict.ts compares the same way. Without an interval there is no low end.
ALTER TABLE "Evaluation"
  DROP CONSTRAINT "Evaluation_interval_for_pass",
  ADD CONSTRAINT "Evaluation_gain_for_pass" CHECK ("verdict" IS NULL OR "verdict" <> 'pass' OR ("low" > 1 + "minimumGain") IS TRUE),
  ADD CONSTRAINT "Evaluation_answers_for_pass" CHECK (
    "verdict" IS NULL OR "verdict" <> 'pass' OR ("answers" -> 'different' = '0'::jsonb) IS TRUE);

-- A cycle that reached no end of its own says why; one that succeeded, runs or was cancelled has nothing to explain.
ALTER TABLE "RefreshCycle"
  DROP CONSTRAINT "RefreshCycle_error_when_closed",
  ADD CONSTRAINT "RefreshCycle_error_when_unsuccessful" CHECK (
    ("state" IN ('inconclusive', 'rejected', 'failed')) = ("error" IS NOT NULL)
    AND ("error" IS NULL OR jsonb_typeof("error") = 'object'));
