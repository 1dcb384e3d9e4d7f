-- CreateEnum
CREATE TYPE "ScheduleOutcome" AS ENUM ('waiting', 'started', 'skipped', 'failed');

-- CreateEnum
CREATE TYPE "ScheduleChangeKind" AS ENUM ('created', 'updated', 'removed', 'paused', 'resumed', 'triggered', 'backfilled', 'reset');

-- CreateTable
CREATE TABLE "Schedule" (
    "targetId" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "declared" JSONB,
    "settings" JSONB NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Schedule_pkey" PRIMARY KEY ("targetId","name")
);

-- CreateTable
CREATE TABLE "ScheduleChange" (
    "id" TEXT NOT NULL,
    "targetId" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "kind" "ScheduleChangeKind" NOT NULL,
    "actor" TEXT NOT NULL,
    "note" TEXT NOT NULL,
    "details" JSONB,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "ScheduleChange_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ScheduleStart" (
    "runId" TEXT NOT NULL,
    "workflowId" TEXT NOT NULL,
    "targetId" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "dueAt" TIMESTAMPTZ(3) NOT NULL,
    "outcome" "ScheduleOutcome" NOT NULL,
    "cycleId" TEXT,
    "because" TEXT,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "ScheduleStart_pkey" PRIMARY KEY ("runId")
);

-- CreateIndex
CREATE INDEX "ScheduleChange_targetId_name_at_id_idx" ON "ScheduleChange"("targetId", "name", "at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "ScheduleStart_targetId_name_dueAt_runId_idx" ON "ScheduleStart"("targetId", "name", "dueAt" DESC, "runId" DESC);

-- AddForeignKey
ALTER TABLE "Schedule" ADD CONSTRAINT "Schedule_targetId_fkey" FOREIGN KEY ("targetId") REFERENCES "Target"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ScheduleChange" ADD CONSTRAINT "ScheduleChange_targetId_fkey" FOREIGN KEY ("targetId") REFERENCES "Target"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ScheduleStart" ADD CONSTRAINT "ScheduleStart_targetId_fkey" FOREIGN KEY ("targetId") REFERENCES "Target"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ScheduleStart" ADD CONSTRAINT "ScheduleStart_cycleId_targetId_fkey" FOREIGN KEY ("cycleId", "targetId") REFERENCES "RefreshCycle"("id", "targetId") ON DELETE RESTRICT ON UPDATE CASCADE;

-- What was done to a schedule, and what it started, is kept.
CREATE TRIGGER "ScheduleChange_kept" BEFORE UPDATE OR DELETE ON "ScheduleChange" FOR EACH ROW EXECUTE FUNCTION "refuseChange"();
CREATE TRIGGER "ScheduleChange_kept_whole" BEFORE TRUNCATE ON "ScheduleChange" FOR EACH STATEMENT EXECUTE FUNCTION "refuseChange"();
CREATE TRIGGER "ScheduleStart_kept" BEFORE DELETE ON "ScheduleStart" FOR EACH ROW EXECUTE FUNCTION "refuseChange"();
CREATE TRIGGER "ScheduleStart_kept_whole" BEFORE TRUNCATE ON "ScheduleStart" FOR EACH STATEMENT EXECUTE FUNCTION "refuseChange"();
CREATE TRIGGER "ScheduleStart_final" BEFORE UPDATE ON "ScheduleStart" FOR EACH ROW
  WHEN (NOT (OLD."outcome" = 'waiting'
    AND (OLD."runId", OLD."workflowId", OLD."targetId", OLD."name", OLD."dueAt") IS NOT DISTINCT FROM
        (NEW."runId", NEW."workflowId", NEW."targetId", NEW."name", NEW."dueAt")))
  EXECUTE FUNCTION "refuseChange"();

-- A start has its cycle; what failed to start says why.
ALTER TABLE "ScheduleStart"
  ADD CONSTRAINT "ScheduleStart_cycle" CHECK ("outcome" <> 'started' OR "cycleId" IS NOT NULL),
  ADD CONSTRAINT "ScheduleStart_because" CHECK (("outcome" = 'started') = ("because" IS NULL));
