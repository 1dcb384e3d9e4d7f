-- By hand: what the schema language cannot say.

-- An evaluation ends with its verdict, or is broken off with its cycle: then it has an end and a sentence that says so, but no verdict, no
-- figure and no comparison of answers that nobody came to. Its pairs stay.
ALTER TABLE "Evaluation" DROP CONSTRAINT "Evaluation_ended_with_verdict";
ALTER TABLE "Evaluation" DISABLE TRIGGER USER;
UPDATE "Evaluation" e SET "endedAt" = c."endedAt", "sentence" = 'Broken off before a verdict: the cycle ended as ' || c."state" || '.'
  FROM "RefreshCycle" c WHERE c."id" = e."cycleId" AND c."state" <> 'running' AND e."endedAt" IS NULL;
ALTER TABLE "Evaluation" ENABLE TRIGGER USER;
ALTER TABLE "Evaluation"
  ADD CONSTRAINT "Evaluation_ended_with_sentence" CHECK (("endedAt" IS NULL) = ("sentence" IS NULL)),
  ADD CONSTRAINT "Evaluation_verdict_at_end" CHECK ("verdict" IS NULL OR "endedAt" IS NOT NULL),
  ADD CONSTRAINT "Evaluation_figures_with_verdict" CHECK (
    ("verdict" IS NULL) = ("answers" IS NULL) AND ("verdict" IS NOT NULL OR "endpoints" = '[]'::jsonb));

-- One that is over stays as it is, with a verdict or without.
DROP TRIGGER "Evaluation_closed" ON "Evaluation";
CREATE TRIGGER "Evaluation_closed" BEFORE UPDATE ON "Evaluation" FOR EACH ROW
  WHEN (OLD."endedAt" IS NOT NULL) EXECUTE FUNCTION "refuseChange"();

CREATE OR REPLACE FUNCTION "requireOpenEvaluation"() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  ended TIMESTAMPTZ;
BEGIN
  SELECT "endedAt" INTO ended FROM "Evaluation" WHERE "id" = NEW."evaluationId" FOR SHARE;
  IF ended IS NOT NULL THEN
    RAISE EXCEPTION 'evaluation % is over', NEW."evaluationId" USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'evaluation_open';
  END IF;
  RETURN NULL;
END $$;

-- No evaluation outlives its cycle. The lock makes a cycle's end and a late evaluation wait for each other. After the insertion, so that an
-- evaluation that is there already can be opened again; the cycle's side at the end of the transaction that closes both.
CREATE FUNCTION "requireRunningCycle"() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  found "CycleState";
BEGIN
  SELECT "state" INTO found FROM "RefreshCycle" WHERE "id" = NEW."cycleId" FOR SHARE;
  IF NEW."endedAt" IS NOT NULL OR found <> 'running' THEN
    RAISE EXCEPTION 'an evaluation begins open, in a cycle that runs' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'evaluation_in_cycle';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER "Evaluation_in_cycle" AFTER INSERT ON "Evaluation" FOR EACH ROW EXECUTE FUNCTION "requireRunningCycle"();

CREATE FUNCTION "requireEndedEvaluation"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM "Evaluation" WHERE "cycleId" = NEW."id" AND "endedAt" IS NULL) THEN
    RAISE EXCEPTION 'the evaluation of cycle % is still open', NEW."id" USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'evaluation_ended';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER "RefreshCycle_evaluation_ended" AFTER UPDATE ON "RefreshCycle" DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
  WHEN (NEW."state" <> 'running') EXECUTE FUNCTION "requireEndedEvaluation"();
