-- CreateEnum
CREATE TYPE "StressState" AS ENUM ('running', 'succeeded', 'failed', 'cancelled');

-- AlterTable
ALTER TABLE "HostLease" ADD COLUMN     "stressId" TEXT,
ALTER COLUMN "cycleId" DROP NOT NULL;

-- CreateTable
CREATE TABLE "StressWindow" (
    "id" TEXT NOT NULL,
    "targetId" TEXT NOT NULL,
    "cycleId" TEXT NOT NULL,
    "buildId" TEXT NOT NULL,
    "workflowId" TEXT NOT NULL,
    "hostName" TEXT NOT NULL,
    "order" JSONB NOT NULL,
    "state" "StressState" NOT NULL DEFAULT 'running',
    "progress" JSONB,
    "result" JSONB,
    "environment" JSONB,
    "cpuNanoseconds" BIGINT,
    "error" JSONB,
    "startedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "endedAt" TIMESTAMPTZ(3),

    CONSTRAINT "StressWindow_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "StressWindow_targetId_startedAt_id_idx" ON "StressWindow"("targetId", "startedAt" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "StressWindow_startedAt_id_idx" ON "StressWindow"("startedAt" DESC, "id" DESC);

-- AddForeignKey
ALTER TABLE "HostLease" ADD CONSTRAINT "HostLease_stressId_fkey" FOREIGN KEY ("stressId") REFERENCES "StressWindow"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "StressWindow" ADD CONSTRAINT "StressWindow_targetId_fkey" FOREIGN KEY ("targetId") REFERENCES "Target"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "StressWindow" ADD CONSTRAINT "StressWindow_cycleId_targetId_fkey" FOREIGN KEY ("cycleId", "targetId") REFERENCES "RefreshCycle"("id", "targetId") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "StressWindow" ADD CONSTRAINT "StressWindow_buildId_targetId_fkey" FOREIGN KEY ("buildId", "targetId") REFERENCES "Build"("id", "targetId") ON DELETE RESTRICT ON UPDATE CASCADE;

ALTER TABLE "HostLease"
  ADD CONSTRAINT "HostLease_one_holder" CHECK (("cycleId" IS NULL) <> ("stressId" IS NULL));

ALTER TABLE "StressWindow"
  ADD CONSTRAINT "StressWindow_ended_when_closed" CHECK (("state" = 'running') = ("endedAt" IS NULL)),
  ADD CONSTRAINT "StressWindow_error_when_closed" CHECK ("error" IS NULL OR "state" <> 'running'),
  ADD CONSTRAINT "StressWindow_measured_whole" CHECK (("result" IS NULL) = ("environment" IS NULL) AND ("result" IS NULL) = ("cpuNanoseconds" IS NULL)),
  ADD CONSTRAINT "StressWindow_result_when_succeeded" CHECK ("state" <> 'succeeded' OR "result" IS NOT NULL);

-- What was asked for does not change, a result is written once, and a closed window stays as it is.
CREATE TRIGGER "StressWindow_filled_in_once" BEFORE UPDATE ON "StressWindow" FOR EACH ROW
  WHEN (OLD."state" <> 'running'
    OR (OLD."id", OLD."targetId", OLD."cycleId", OLD."buildId", OLD."workflowId", OLD."hostName", OLD."order", OLD."startedAt")
      IS DISTINCT FROM
        (NEW."id", NEW."targetId", NEW."cycleId", NEW."buildId", NEW."workflowId", NEW."hostName", NEW."order", NEW."startedAt")
    OR (OLD."result" IS NOT NULL
      AND (OLD."result", OLD."environment", OLD."cpuNanoseconds") IS DISTINCT FROM (NEW."result", NEW."environment", NEW."cpuNanoseconds")))
  EXECUTE FUNCTION "refuseChange"();

-- Whoever follows a stress window is told of its progress and of its end, in the way of a cycle's followers.
CREATE TRIGGER "StressWindow_notify" AFTER UPDATE ON "StressWindow" FOR EACH ROW EXECUTE FUNCTION "notifyCycle"();
