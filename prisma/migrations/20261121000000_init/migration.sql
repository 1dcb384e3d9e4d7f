-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateEnum
CREATE TYPE "CycleState" AS ENUM ('running', 'succeeded', 'inconclusive', 'rejected', 'failed', 'cancelled');

-- CreateEnum
CREATE TYPE "CycleEventState" AS ENUM ('started', 'progress', 'done', 'failed');

-- CreateEnum
CREATE TYPE "BuildKind" AS ENUM ('baseline', 'instrumented', 'optimised');

-- CreateEnum
CREATE TYPE "ProfileState" AS ENUM ('unvetted', 'vetted', 'rejected');

-- CreateEnum
CREATE TYPE "Verdict" AS ENUM ('pass', 'fail', 'inconclusive');

-- CreateEnum
CREATE TYPE "MoveKind" AS ENUM ('promotion', 'rollback');

-- CreateTable
CREATE TABLE "Target" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "directory" TEXT NOT NULL,
    "manifest" JSONB NOT NULL,
    "manifestDigest" CHAR(64) NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Target_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Host" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "hardwareClass" TEXT NOT NULL,
    "facts" JSONB NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "lastSeenAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Host_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "HostLease" (
    "hostId" TEXT NOT NULL,
    "cycleId" TEXT NOT NULL,
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "HostLease_pkey" PRIMARY KEY ("hostId")
);

-- CreateTable
CREATE TABLE "RefreshCycle" (
    "id" TEXT NOT NULL,
    "targetId" TEXT NOT NULL,
    "workflowId" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "state" "CycleState" NOT NULL DEFAULT 'running',
    "stage" TEXT NOT NULL DEFAULT 'plan',
    "error" JSONB,
    "startedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "endedAt" TIMESTAMPTZ(3),

    CONSTRAINT "RefreshCycle_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "CycleEvent" (
    "cycleId" TEXT NOT NULL,
    "sequence" INTEGER NOT NULL,
    "stage" TEXT NOT NULL,
    "state" "CycleEventState" NOT NULL,
    "message" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "CycleEvent_pkey" PRIMARY KEY ("cycleId","sequence")
);

-- CreateTable
CREATE TABLE "CycleCorpus" (
    "cycleId" TEXT NOT NULL,
    "trainingDigest" CHAR(64) NOT NULL,
    "trainingSizeBytes" BIGINT NOT NULL,
    "trainingRequests" INTEGER NOT NULL,
    "heldOutDigest" CHAR(64) NOT NULL,
    "heldOutSizeBytes" BIGINT NOT NULL,
    "heldOutRequests" INTEGER NOT NULL,
    "counters" JSONB NOT NULL,
    "comparison" JSONB NOT NULL,
    "deidentification" JSONB NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "CycleCorpus_pkey" PRIMARY KEY ("cycleId")
);

-- CreateTable
CREATE TABLE "Build" (
    "id" TEXT NOT NULL,
    "targetId" TEXT NOT NULL,
    "kind" "BuildKind" NOT NULL,
    "key" CHAR(64) NOT NULL,
    "sourceDigest" CHAR(64) NOT NULL,
    "toolchainKind" TEXT NOT NULL,
    "toolchainVersion" TEXT NOT NULL,
    "toolchainIdentity" TEXT NOT NULL,
    "flags" TEXT[],
    "profileDigest" CHAR(64),
    "profileVersionId" TEXT,
    "elfBuildId" TEXT NOT NULL,
    "binaryDigest" CHAR(64) NOT NULL,
    "binarySizeBytes" BIGINT NOT NULL,
    "textBytes" BIGINT NOT NULL,
    "seconds" DOUBLE PRECISION NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Build_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Window" (
    "id" TEXT NOT NULL,
    "cycleId" TEXT NOT NULL,
    "hostId" TEXT NOT NULL,
    "index" INTEGER NOT NULL,
    "attempt" INTEGER NOT NULL,
    "startedAt" TIMESTAMPTZ(3) NOT NULL,
    "endedAt" TIMESTAMPTZ(3) NOT NULL,
    "requests" INTEGER NOT NULL,
    "cpuNanoseconds" BIGINT NOT NULL,
    "kept" BOOLEAN NOT NULL,
    "rejections" TEXT[],
    "rawProfiles" JSONB NOT NULL,
    "environment" JSONB NOT NULL,

    CONSTRAINT "Window_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ProfileVersion" (
    "id" TEXT NOT NULL,
    "targetId" TEXT NOT NULL,
    "cycleId" TEXT NOT NULL,
    "number" INTEGER NOT NULL,
    "state" "ProfileState" NOT NULL,
    "profileDigest" CHAR(64) NOT NULL,
    "profileSizeBytes" BIGINT NOT NULL,
    "acceptance" JSONB NOT NULL,
    "provenance" JSONB NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "ProfileVersion_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Evaluation" (
    "id" TEXT NOT NULL,
    "cycleId" TEXT NOT NULL,
    "profileVersionId" TEXT NOT NULL,
    "baselineBuildId" TEXT NOT NULL,
    "candidateBuildId" TEXT NOT NULL,
    "verdict" "Verdict",
    "sentence" TEXT,
    "ratio" DOUBLE PRECISION,
    "low" DOUBLE PRECISION,
    "high" DOUBLE PRECISION,
    "endpoints" JSONB NOT NULL DEFAULT '[]',
    "answers" JSONB,
    "alpha" DOUBLE PRECISION NOT NULL,
    "minimumGain" DOUBLE PRECISION NOT NULL,
    "startedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "endedAt" TIMESTAMPTZ(3),

    CONSTRAINT "Evaluation_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "EvaluationCoin" (
    "evaluationId" TEXT NOT NULL,
    "index" INTEGER NOT NULL,
    "candidateFirst" BOOLEAN NOT NULL,

    CONSTRAINT "EvaluationCoin_pkey" PRIMARY KEY ("evaluationId","index")
);

-- CreateTable
CREATE TABLE "EvaluationPair" (
    "evaluationId" TEXT NOT NULL,
    "index" INTEGER NOT NULL,
    "candidateFirst" BOOLEAN NOT NULL,
    "baseline" JSONB NOT NULL,
    "candidate" JSONB NOT NULL,
    "logRatio" DOUBLE PRECISION NOT NULL,
    "answers" JSONB NOT NULL,
    "startedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "EvaluationPair_pkey" PRIMARY KEY ("evaluationId","index")
);

-- CreateTable
CREATE TABLE "Release" (
    "id" TEXT NOT NULL,
    "targetId" TEXT NOT NULL,
    "number" INTEGER NOT NULL,
    "buildId" TEXT NOT NULL,
    "profileVersionId" TEXT NOT NULL,
    "evaluationId" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Release_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Channel" (
    "targetId" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "releaseId" TEXT,
    "revision" INTEGER NOT NULL,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Channel_pkey" PRIMARY KEY ("targetId","name")
);

-- CreateTable
CREATE TABLE "ChannelMove" (
    "targetId" TEXT NOT NULL,
    "channelName" TEXT NOT NULL,
    "revision" INTEGER NOT NULL,
    "kind" "MoveKind" NOT NULL,
    "fromReleaseId" TEXT,
    "toReleaseId" TEXT,
    "actor" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "servingBuildId" TEXT,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "ChannelMove_pkey" PRIMARY KEY ("targetId","channelName","revision")
);

-- CreateIndex
CREATE UNIQUE INDEX "Target_name_key" ON "Target"("name");

-- CreateIndex
CREATE INDEX "Target_createdAt_id_idx" ON "Target"("createdAt" DESC, "id" DESC);

-- CreateIndex
CREATE UNIQUE INDEX "Host_name_key" ON "Host"("name");

-- CreateIndex
CREATE INDEX "Host_createdAt_id_idx" ON "Host"("createdAt" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "RefreshCycle_targetId_startedAt_id_idx" ON "RefreshCycle"("targetId", "startedAt" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "RefreshCycle_startedAt_id_idx" ON "RefreshCycle"("startedAt" DESC, "id" DESC);

-- CreateIndex
CREATE UNIQUE INDEX "RefreshCycle_id_targetId_key" ON "RefreshCycle"("id", "targetId");

-- CreateIndex
CREATE INDEX "Build_targetId_createdAt_id_idx" ON "Build"("targetId", "createdAt" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "Build_createdAt_id_idx" ON "Build"("createdAt" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "Build_binaryDigest_idx" ON "Build"("binaryDigest");

-- CreateIndex
CREATE UNIQUE INDEX "Build_targetId_key_key" ON "Build"("targetId", "key");

-- CreateIndex
CREATE UNIQUE INDEX "Build_id_targetId_key" ON "Build"("id", "targetId");

-- CreateIndex
CREATE UNIQUE INDEX "Window_cycleId_index_attempt_key" ON "Window"("cycleId", "index", "attempt");

-- CreateIndex
CREATE UNIQUE INDEX "ProfileVersion_cycleId_key" ON "ProfileVersion"("cycleId");

-- CreateIndex
CREATE INDEX "ProfileVersion_targetId_createdAt_id_idx" ON "ProfileVersion"("targetId", "createdAt" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "ProfileVersion_createdAt_id_idx" ON "ProfileVersion"("createdAt" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "ProfileVersion_profileDigest_idx" ON "ProfileVersion"("profileDigest");

-- CreateIndex
CREATE UNIQUE INDEX "ProfileVersion_targetId_number_key" ON "ProfileVersion"("targetId", "number");

-- CreateIndex
CREATE UNIQUE INDEX "ProfileVersion_cycleId_targetId_key" ON "ProfileVersion"("cycleId", "targetId");

-- CreateIndex
CREATE UNIQUE INDEX "ProfileVersion_id_targetId_key" ON "ProfileVersion"("id", "targetId");

-- CreateIndex
CREATE INDEX "Evaluation_cycleId_startedAt_idx" ON "Evaluation"("cycleId", "startedAt");

-- CreateIndex
CREATE UNIQUE INDEX "Evaluation_id_profileVersionId_candidateBuildId_key" ON "Evaluation"("id", "profileVersionId", "candidateBuildId");

-- CreateIndex
CREATE UNIQUE INDEX "EvaluationCoin_evaluationId_index_candidateFirst_key" ON "EvaluationCoin"("evaluationId", "index", "candidateFirst");

-- CreateIndex
CREATE UNIQUE INDEX "EvaluationPair_evaluationId_index_candidateFirst_key" ON "EvaluationPair"("evaluationId", "index", "candidateFirst");

-- CreateIndex
CREATE UNIQUE INDEX "Release_evaluationId_key" ON "Release"("evaluationId");

-- CreateIndex
CREATE INDEX "Release_targetId_createdAt_id_idx" ON "Release"("targetId", "createdAt" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "Release_createdAt_id_idx" ON "Release"("createdAt" DESC, "id" DESC);

-- CreateIndex
CREATE UNIQUE INDEX "Release_targetId_number_key" ON "Release"("targetId", "number");

-- CreateIndex
CREATE UNIQUE INDEX "Release_id_targetId_key" ON "Release"("id", "targetId");

-- CreateIndex
CREATE UNIQUE INDEX "Release_evaluationId_profileVersionId_buildId_key" ON "Release"("evaluationId", "profileVersionId", "buildId");

-- AddForeignKey
ALTER TABLE "HostLease" ADD CONSTRAINT "HostLease_hostId_fkey" FOREIGN KEY ("hostId") REFERENCES "Host"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "HostLease" ADD CONSTRAINT "HostLease_cycleId_fkey" FOREIGN KEY ("cycleId") REFERENCES "RefreshCycle"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "RefreshCycle" ADD CONSTRAINT "RefreshCycle_targetId_fkey" FOREIGN KEY ("targetId") REFERENCES "Target"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "CycleEvent" ADD CONSTRAINT "CycleEvent_cycleId_fkey" FOREIGN KEY ("cycleId") REFERENCES "RefreshCycle"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "CycleCorpus" ADD CONSTRAINT "CycleCorpus_cycleId_fkey" FOREIGN KEY ("cycleId") REFERENCES "RefreshCycle"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Build" ADD CONSTRAINT "Build_targetId_fkey" FOREIGN KEY ("targetId") REFERENCES "Target"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Build" ADD CONSTRAINT "Build_profileVersionId_targetId_fkey" FOREIGN KEY ("profileVersionId", "targetId") REFERENCES "ProfileVersion"("id", "targetId") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Window" ADD CONSTRAINT "Window_cycleId_fkey" FOREIGN KEY ("cycleId") REFERENCES "RefreshCycle"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Window" ADD CONSTRAINT "Window_hostId_fkey" FOREIGN KEY ("hostId") REFERENCES "Host"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ProfileVersion" ADD CONSTRAINT "ProfileVersion_targetId_fkey" FOREIGN KEY ("targetId") REFERENCES "Target"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ProfileVersion" ADD CONSTRAINT "ProfileVersion_cycleId_targetId_fkey" FOREIGN KEY ("cycleId", "targetId") REFERENCES "RefreshCycle"("id", "targetId") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Evaluation" ADD CONSTRAINT "Evaluation_cycleId_fkey" FOREIGN KEY ("cycleId") REFERENCES "RefreshCycle"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Evaluation" ADD CONSTRAINT "Evaluation_profileVersionId_fkey" FOREIGN KEY ("profileVersionId") REFERENCES "ProfileVersion"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Evaluation" ADD CONSTRAINT "Evaluation_baselineBuildId_fkey" FOREIGN KEY ("baselineBuildId") REFERENCES "Build"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Evaluation" ADD CONSTRAINT "Evaluation_candidateBuildId_fkey" FOREIGN KEY ("candidateBuildId") REFERENCES "Build"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "EvaluationCoin" ADD CONSTRAINT "EvaluationCoin_evaluationId_fkey" FOREIGN KEY ("evaluationId") REFERENCES "Evaluation"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "EvaluationPair" ADD CONSTRAINT "EvaluationPair_evaluationId_fkey" FOREIGN KEY ("evaluationId") REFERENCES "Evaluation"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "EvaluationPair" ADD CONSTRAINT "EvaluationPair_evaluationId_index_candidateFirst_fkey" FOREIGN KEY ("evaluationId", "index", "candidateFirst") REFERENCES "EvaluationCoin"("evaluationId", "index", "candidateFirst") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Release" ADD CONSTRAINT "Release_targetId_fkey" FOREIGN KEY ("targetId") REFERENCES "Target"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Release" ADD CONSTRAINT "Release_buildId_targetId_fkey" FOREIGN KEY ("buildId", "targetId") REFERENCES "Build"("id", "targetId") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Release" ADD CONSTRAINT "Release_profileVersionId_targetId_fkey" FOREIGN KEY ("profileVersionId", "targetId") REFERENCES "ProfileVersion"("id", "targetId") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Release" ADD CONSTRAINT "Release_evaluationId_profileVersionId_buildId_fkey" FOREIGN KEY ("evaluationId", "profileVersionId", "buildId") REFERENCES "Evaluation"("id", "profileVersionId", "candidateBuildId") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Channel" ADD CONSTRAINT "Channel_targetId_fkey" FOREIGN KEY ("targetId") REFERENCES "Target"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Channel" ADD CONSTRAINT "Channel_releaseId_targetId_fkey" FOREIGN KEY ("releaseId", "targetId") REFERENCES "Release"("id", "targetId") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ChannelMove" ADD CONSTRAINT "ChannelMove_targetId_channelName_fkey" FOREIGN KEY ("targetId", "channelName") REFERENCES "Channel"("targetId", "name") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ChannelMove" ADD CONSTRAINT "ChannelMove_fromReleaseId_targetId_fkey" FOREIGN KEY ("fromReleaseId", "targetId") REFERENCES "Release"("id", "targetId") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ChannelMove" ADD CONSTRAINT "ChannelMove_toReleaseId_targetId_fkey" FOREIGN KEY ("toReleaseId", "targetId") REFERENCES "Release"("id", "targetId") ON DELETE RESTRICT ON UPDATE CASCADE;

-- From here on by hand: what the schema language cannot say.

-- One active cycle per target; one kept window per place in a cycle.
CREATE UNIQUE INDEX "RefreshCycle_one_running_per_target" ON "RefreshCycle" ("targetId") WHERE "state" = 'running';
CREATE UNIQUE INDEX "Window_one_kept_per_index" ON "Window" ("cycleId", "index") WHERE "kept";

-- A SHA-256 in lower-case hexadecimal.
CREATE FUNCTION "isSha256"(value TEXT) RETURNS BOOLEAN LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN value ~ '^[0-9a-f]{64}$';

ALTER TABLE "Target"
  ADD CONSTRAINT "Target_name_form" CHECK ("name" ~ '^[a-z][a-z0-9-]{0,62}$'),
  ADD CONSTRAINT "Target_directory_absolute" CHECK ("directory" LIKE '/%'),
  ADD CONSTRAINT "Target_digests" CHECK ("isSha256"("manifestDigest"));

ALTER TABLE "RefreshCycle"
  ADD CONSTRAINT "RefreshCycle_ended_when_closed" CHECK (("state" = 'running') = ("endedAt" IS NULL)),
  ADD CONSTRAINT "RefreshCycle_error_when_closed" CHECK ("error" IS NULL OR "state" <> 'running'),
  ADD CONSTRAINT "RefreshCycle_stage_known" CHECK ("stage" IN (
    'plan', 'build-instrumented', 'deploy', 'mirror-on', 'warm-up', 'windows', 'mirror-off', 'stop',
    'merge', 'accept', 'publish', 'build-optimised', 'evaluate', 'offer-release'));

ALTER TABLE "CycleEvent"
  ADD CONSTRAINT "CycleEvent_sequence_positive" CHECK ("sequence" >= 1),
  ADD CONSTRAINT "CycleEvent_stage_known" CHECK ("stage" IN (
    'plan', 'build-instrumented', 'deploy', 'mirror-on', 'warm-up', 'windows', 'mirror-off', 'stop',
    'merge', 'accept', 'publish', 'build-optimised', 'evaluate', 'offer-release'));

ALTER TABLE "CycleCorpus"
  ADD CONSTRAINT "CycleCorpus_digests" CHECK ("isSha256"("trainingDigest") AND "isSha256"("heldOutDigest")),
  ADD CONSTRAINT "CycleCorpus_counts" CHECK (
    "trainingRequests" >= 0 AND "heldOutRequests" >= 0 AND "trainingSizeBytes" >= 0 AND "heldOutSizeBytes" >= 0);

ALTER TABLE "Build"
  ADD CONSTRAINT "Build_digests" CHECK (
    "isSha256"("key") AND "isSha256"("sourceDigest") AND "isSha256"("binaryDigest") AND ("profileDigest" IS NULL OR "isSha256"("profileDigest"))),
  ADD CONSTRAINT "Build_build_id_form" CHECK ("elfBuildId" ~ '^[0-9a-f]+$'),
  ADD CONSTRAINT "Build_profile_when_optimised" CHECK (("kind" = 'optimised') = ("profileDigest" IS NOT NULL)),
  ADD CONSTRAINT "Build_version_with_profile" CHECK ("profileVersionId" IS NULL OR "profileDigest" IS NOT NULL),
  ADD CONSTRAINT "Build_counts" CHECK ("binarySizeBytes" > 0 AND "textBytes" >= 0 AND "seconds" >= 0);

ALTER TABLE "Window"
  ADD CONSTRAINT "Window_numbers" CHECK ("index" >= 1 AND "attempt" >= 1),
  ADD CONSTRAINT "Window_counts" CHECK ("requests" >= 0 AND "cpuNanoseconds" >= 0),
  ADD CONSTRAINT "Window_times" CHECK ("endedAt" >= "startedAt"),
  ADD CONSTRAINT "Window_rejected_for_a_reason" CHECK ("kept" = (cardinality("rejections") = 0));

ALTER TABLE "ProfileVersion"
  ADD CONSTRAINT "ProfileVersion_number_positive" CHECK ("number" >= 1),
  ADD CONSTRAINT "ProfileVersion_digests" CHECK ("isSha256"("profileDigest")),
  ADD CONSTRAINT "ProfileVersion_counts" CHECK ("profileSizeBytes" >= 0);

ALTER TABLE "Evaluation"
  ADD CONSTRAINT "Evaluation_ended_with_verdict" CHECK (
    ("verdict" IS NULL) = ("endedAt" IS NULL) AND ("verdict" IS NULL) = ("sentence" IS NULL) AND ("verdict" IS NULL) = ("answers" IS NULL)),
  ADD CONSTRAINT "Evaluation_interval_whole" CHECK (num_nulls("ratio", "low", "high") IN (0, 3) AND ("low" IS NULL OR ("low" >= 0 AND "low" <= "high"))),
  ADD CONSTRAINT "Evaluation_interval_with_verdict" CHECK ("verdict" IS NOT NULL OR "ratio" IS NULL),
  ADD CONSTRAINT "Evaluation_interval_for_pass" CHECK ("verdict" IS NULL OR "verdict" <> 'pass' OR "ratio" IS NOT NULL),
  ADD CONSTRAINT "Evaluation_alpha_range" CHECK ("alpha" > 0 AND "alpha" < 1);

ALTER TABLE "EvaluationCoin" ADD CONSTRAINT "EvaluationCoin_index" CHECK ("index" >= 0);

ALTER TABLE "Release" ADD CONSTRAINT "Release_number_positive" CHECK ("number" >= 1);

ALTER TABLE "Channel"
  ADD CONSTRAINT "Channel_revision_positive" CHECK ("revision" >= 1),
  ADD CONSTRAINT "Channel_name_form" CHECK ("name" ~ '^[a-z][a-z0-9-]{0,62}$');

ALTER TABLE "ChannelMove"
  ADD CONSTRAINT "ChannelMove_revision_positive" CHECK ("revision" >= 1),
  ADD CONSTRAINT "ChannelMove_promotion_has_release" CHECK ("kind" = 'rollback' OR "toReleaseId" IS NOT NULL);

-- Immutability. Rows may still be deleted by retention where no foreign key holds them; moves are kept for ever.
CREATE FUNCTION "refuseChange"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'a row of "%" is immutable', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'immutable';
END $$;

CREATE TRIGGER "Build_immutable" BEFORE UPDATE ON "Build" FOR EACH ROW EXECUTE FUNCTION "refuseChange"();
CREATE TRIGGER "Window_immutable" BEFORE UPDATE ON "Window" FOR EACH ROW EXECUTE FUNCTION "refuseChange"();
CREATE TRIGGER "CycleEvent_immutable" BEFORE UPDATE ON "CycleEvent" FOR EACH ROW EXECUTE FUNCTION "refuseChange"();
CREATE TRIGGER "CycleCorpus_immutable" BEFORE UPDATE ON "CycleCorpus" FOR EACH ROW EXECUTE FUNCTION "refuseChange"();
CREATE TRIGGER "EvaluationCoin_immutable" BEFORE UPDATE ON "EvaluationCoin" FOR EACH ROW EXECUTE FUNCTION "refuseChange"();
CREATE TRIGGER "EvaluationPair_immutable" BEFORE UPDATE ON "EvaluationPair" FOR EACH ROW EXECUTE FUNCTION "refuseChange"();
CREATE TRIGGER "Release_immutable" BEFORE UPDATE ON "Release" FOR EACH ROW EXECUTE FUNCTION "refuseChange"();
CREATE TRIGGER "ChannelMove_kept" BEFORE UPDATE OR DELETE ON "ChannelMove" FOR EACH ROW EXECUTE FUNCTION "refuseChange"();
CREATE TRIGGER "ChannelMove_kept_whole" BEFORE TRUNCATE ON "ChannelMove" FOR EACH STATEMENT EXECUTE FUNCTION "refuseChange"();

-- A profile version changes only its state, once, from `unvetted`.
CREATE TRIGGER "ProfileVersion_immutable" BEFORE UPDATE ON "ProfileVersion" FOR EACH ROW
  WHEN (NOT (OLD."state" = 'unvetted' AND NEW."state" <> 'unvetted'
    AND (OLD."id", OLD."targetId", OLD."cycleId", OLD."number", OLD."profileDigest", OLD."profileSizeBytes", OLD."acceptance", OLD."provenance", OLD."createdAt")
      IS NOT DISTINCT FROM
        (NEW."id", NEW."targetId", NEW."cycleId", NEW."number", NEW."profileDigest", NEW."profileSizeBytes", NEW."acceptance", NEW."provenance", NEW."createdAt")))
  EXECUTE FUNCTION "refuseChange"();

-- A closed cycle and a closed evaluation stay as they are.
CREATE TRIGGER "RefreshCycle_closed" BEFORE UPDATE ON "RefreshCycle" FOR EACH ROW
  WHEN (OLD."state" <> 'running') EXECUTE FUNCTION "refuseChange"();
CREATE TRIGGER "Evaluation_closed" BEFORE UPDATE ON "Evaluation" FOR EACH ROW
  WHEN (OLD."verdict" IS NOT NULL) EXECUTE FUNCTION "refuseChange"();

-- A release rests on an evaluation that passed.
CREATE FUNCTION "requirePass"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM "Evaluation" WHERE "id" = NEW."evaluationId" AND "verdict" = 'pass') THEN
    RAISE EXCEPTION 'evaluation % has not passed', NEW."evaluationId" USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'release_passed';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER "Release_passed" BEFORE INSERT ON "Release" FOR EACH ROW EXECUTE FUNCTION "requirePass"();

-- A channel's revision counts its moves.
CREATE FUNCTION "requireNextRevision"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW."revision" <> (CASE WHEN TG_OP = 'INSERT' THEN 0 ELSE OLD."revision" END) + 1 THEN
    RAISE EXCEPTION 'a channel moves one revision at a time' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'channel_revision';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER "Channel_next_revision" BEFORE INSERT OR UPDATE ON "Channel" FOR EACH ROW EXECUTE FUNCTION "requireNextRevision"();

-- Whoever follows a cycle is told of new events and of its end; what there is to read, they read.
CREATE FUNCTION "notifyCycle"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('hone_cycle', CASE TG_TABLE_NAME WHEN 'CycleEvent' THEN to_jsonb(NEW) ->> 'cycleId' ELSE to_jsonb(NEW) ->> 'id' END);
  RETURN NULL;
END $$;
CREATE TRIGGER "CycleEvent_notify" AFTER INSERT ON "CycleEvent" FOR EACH ROW EXECUTE FUNCTION "notifyCycle"();
CREATE TRIGGER "RefreshCycle_notify" AFTER UPDATE OF "state" ON "RefreshCycle" FOR EACH ROW EXECUTE FUNCTION "notifyCycle"();
