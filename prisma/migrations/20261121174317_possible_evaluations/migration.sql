-- An evaluation is of one target and one cycle: its version, its baseline and its candidate belong to both.
ALTER TABLE "Evaluation" ADD COLUMN     "targetId" TEXT;
ALTER TABLE "Evaluation" DISABLE TRIGGER USER;
UPDATE "Evaluation" e SET "targetId" = c."targetId" FROM "RefreshCycle" c WHERE c."id" = e."cycleId";
ALTER TABLE "Evaluation" ENABLE TRIGGER USER;
ALTER TABLE "Evaluation" ALTER COLUMN "targetId" SET NOT NULL;

-- DropForeignKey
ALTER TABLE "Evaluation" DROP CONSTRAINT "Evaluation_baselineBuildId_fkey";

-- DropForeignKey
ALTER TABLE "Evaluation" DROP CONSTRAINT "Evaluation_candidateBuildId_fkey";

-- DropForeignKey
ALTER TABLE "Evaluation" DROP CONSTRAINT "Evaluation_cycleId_fkey";

-- DropForeignKey
ALTER TABLE "Evaluation" DROP CONSTRAINT "Evaluation_profileVersionId_fkey";

-- DropIndex
DROP INDEX "Evaluation_cycleId_startedAt_idx";

-- CreateIndex
CREATE UNIQUE INDEX "ProfileVersion_id_cycleId_key" ON "ProfileVersion"("id", "cycleId");

-- CreateIndex
CREATE UNIQUE INDEX "Evaluation_cycleId_key" ON "Evaluation"("cycleId");

-- CreateIndex
CREATE UNIQUE INDEX "Evaluation_cycleId_targetId_key" ON "Evaluation"("cycleId", "targetId");

-- AddForeignKey
ALTER TABLE "Evaluation" ADD CONSTRAINT "Evaluation_cycleId_targetId_fkey" FOREIGN KEY ("cycleId", "targetId") REFERENCES "RefreshCycle"("id", "targetId") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Evaluation" ADD CONSTRAINT "Evaluation_profileVersionId_cycleId_fkey" FOREIGN KEY ("profileVersionId", "cycleId") REFERENCES "ProfileVersion"("id", "cycleId") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Evaluation" ADD CONSTRAINT "Evaluation_baselineBuildId_targetId_fkey" FOREIGN KEY ("baselineBuildId", "targetId") REFERENCES "Build"("id", "targetId") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Evaluation" ADD CONSTRAINT "Evaluation_candidateBuildId_targetId_fkey" FOREIGN KEY ("candidateBuildId", "targetId") REFERENCES "Build"("id", "targetId") ON DELETE RESTRICT ON UPDATE CASCADE;

-- From here on by hand: what the schema language cannot say.

-- An evaluation begins without a verdict, with a candidate that was built with its version's profile, and a baseline that users could
-- run. After the insertion, so that one that is asked for again and there already is no matter.
CREATE FUNCTION "requireComparable"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW."verdict" IS NOT NULL THEN
    RAISE EXCEPTION 'an evaluation begins without a verdict' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'evaluation_begins_open';
  END IF;
  IF NOT EXISTS (
    SELECT FROM "Build" b JOIN "ProfileVersion" v ON v."profileDigest" = b."profileDigest"
    WHERE b."id" = NEW."candidateBuildId" AND v."id" = NEW."profileVersionId" AND b."kind" = 'optimised') THEN
    RAISE EXCEPTION 'build % is not an optimised build with the profile of version %', NEW."candidateBuildId", NEW."profileVersionId"
      USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'evaluation_candidate';
  END IF;
  IF EXISTS (SELECT FROM "Build" WHERE "id" = NEW."baselineBuildId" AND "kind" = 'instrumented') THEN
    RAISE EXCEPTION 'build % is instrumented: it is nobody''s baseline', NEW."baselineBuildId"
      USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'evaluation_baseline';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER "Evaluation_comparable" AFTER INSERT ON "Evaluation" FOR EACH ROW EXECUTE FUNCTION "requireComparable"();

-- What an evaluation was opened with stays while it runs, too.
CREATE TRIGGER "Evaluation_opened_with" BEFORE UPDATE ON "Evaluation" FOR EACH ROW
  WHEN ((OLD."id", OLD."targetId", OLD."cycleId", OLD."profileVersionId", OLD."baselineBuildId", OLD."candidateBuildId", OLD."alpha", OLD."minimumGain", OLD."startedAt")
    IS DISTINCT FROM
      (NEW."id", NEW."targetId", NEW."cycleId", NEW."profileVersionId", NEW."baselineBuildId", NEW."candidateBuildId", NEW."alpha", NEW."minimumGain", NEW."startedAt"))
  EXECUTE FUNCTION "refuseChange"();

-- The verdict rests on every coin and pair that is stored. The lock makes a verdict and a late pair wait for each other. After the
-- insertion, so that a coin or a pair that is stored already can be stored again.
CREATE FUNCTION "requireOpenEvaluation"() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  given "Verdict";
BEGIN
  SELECT "verdict" INTO given FROM "Evaluation" WHERE "id" = NEW."evaluationId" FOR SHARE;
  IF given IS NOT NULL THEN
    RAISE EXCEPTION 'evaluation % has its verdict', NEW."evaluationId" USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'evaluation_open';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER "EvaluationCoin_before_verdict" AFTER INSERT ON "EvaluationCoin" FOR EACH ROW EXECUTE FUNCTION "requireOpenEvaluation"();
CREATE TRIGGER "EvaluationPair_before_verdict" AFTER INSERT ON "EvaluationPair" FOR EACH ROW EXECUTE FUNCTION "requireOpenEvaluation"();

-- A version that its report did not accept is rejected, and only an evaluation that passed vets one.
ALTER TABLE "ProfileVersion" ADD CONSTRAINT "ProfileVersion_accepted_or_rejected" CHECK (
  "state" = 'rejected' OR ("acceptance" -> 'accepted' = 'true'::jsonb) IS TRUE);
CREATE FUNCTION "requireVetting"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM "Evaluation" WHERE "profileVersionId" = NEW."id" AND "verdict" = 'pass') THEN
    RAISE EXCEPTION 'no evaluation of version % has passed', NEW."id" USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'version_vetted';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER "ProfileVersion_vetted" BEFORE INSERT OR UPDATE ON "ProfileVersion" FOR EACH ROW
  WHEN (NEW."state" = 'vetted') EXECUTE FUNCTION "requireVetting"();

-- Before the first release: reports of a developer's store have no names of missing functions; a host's memory becomes a reading.
ALTER TABLE "ProfileVersion" DISABLE TRIGGER USER;
UPDATE "ProfileVersion" SET "acceptance" = jsonb_set("acceptance", '{source,missing}', '[]')
  WHERE jsonb_typeof("acceptance" -> 'source') = 'object' AND NOT "acceptance" -> 'source' ? 'missing';
ALTER TABLE "ProfileVersion" ENABLE TRIGGER USER;
CREATE FUNCTION "memoryReading"(bytes JSONB) RETURNS JSONB LANGUAGE sql IMMUTABLE RETURN
  CASE WHEN bytes > '0'::jsonb THEN jsonb_build_object('available', true, 'value', bytes, 'source', '/proc/meminfo')
  ELSE jsonb_build_object('available', false, 'reason', '/proc/meminfo could not be read') END;
UPDATE "Host" SET "facts" = jsonb_set("facts", '{memoryBytes}', "memoryReading"("facts" -> 'memoryBytes'))
  WHERE jsonb_typeof("facts" -> 'memoryBytes') = 'number';
ALTER TABLE "Window" DISABLE TRIGGER USER;
UPDATE "Window" SET "environment" = jsonb_set("environment", '{facts,memoryBytes}', "memoryReading"("environment" #> '{facts,memoryBytes}'))
  WHERE jsonb_typeof("environment" #> '{facts,memoryBytes}') = 'number';
ALTER TABLE "Window" ENABLE TRIGGER USER;
DROP FUNCTION "memoryReading"(JSONB);
