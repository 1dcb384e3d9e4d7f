-- CreateTable
CREATE TABLE "FreshnessCheck" (
    "id" TEXT NOT NULL,
    "targetId" TEXT NOT NULL,
    "profileVersionId" TEXT,
    "verdict" TEXT NOT NULL,
    "standing" TEXT NOT NULL,
    "sentence" TEXT NOT NULL,
    "dimensions" JSONB NOT NULL,
    "refresh" JSONB NOT NULL,
    "cycleId" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "FreshnessCheck_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "FreshnessCheck_cycleId_key" ON "FreshnessCheck"("cycleId");

-- CreateIndex
CREATE INDEX "FreshnessCheck_targetId_createdAt_id_idx" ON "FreshnessCheck"("targetId", "createdAt" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "FreshnessCheck_profileVersionId_createdAt_idx" ON "FreshnessCheck"("profileVersionId", "createdAt" DESC);

-- CreateIndex
CREATE UNIQUE INDEX "FreshnessCheck_cycleId_targetId_key" ON "FreshnessCheck"("cycleId", "targetId");

-- AddForeignKey
ALTER TABLE "FreshnessCheck" ADD CONSTRAINT "FreshnessCheck_targetId_fkey" FOREIGN KEY ("targetId") REFERENCES "Target"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "FreshnessCheck" ADD CONSTRAINT "FreshnessCheck_profileVersionId_targetId_fkey" FOREIGN KEY ("profileVersionId", "targetId") REFERENCES "ProfileVersion"("id", "targetId") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "FreshnessCheck" ADD CONSTRAINT "FreshnessCheck_cycleId_targetId_fkey" FOREIGN KEY ("cycleId", "targetId") REFERENCES "RefreshCycle"("id", "targetId") ON DELETE RESTRICT ON UPDATE CASCADE;

-- What the schema's language cannot say.
ALTER TABLE "FreshnessCheck"
  ADD CONSTRAINT "FreshnessCheck_verdict_known" CHECK ("verdict" IN ('fresh', 'stale', 'no-profile')),
  ADD CONSTRAINT "FreshnessCheck_standing_known" CHECK ("standing" IN ('current', 'newer-not-promoted', 'generation-broken', 'refreshing')),
  ADD CONSTRAINT "FreshnessCheck_has_version" CHECK (("verdict" = 'no-profile') = ("profileVersionId" IS NULL));

-- A check changes only by the cycle that it started, once; and is not deleted.
CREATE TRIGGER "FreshnessCheck_immutable" BEFORE UPDATE ON "FreshnessCheck" FOR EACH ROW
  WHEN (NOT (OLD."cycleId" IS NULL AND NEW."cycleId" IS NOT NULL
    AND (OLD."id", OLD."targetId", OLD."profileVersionId", OLD."verdict", OLD."standing", OLD."sentence", OLD."dimensions", OLD."refresh", OLD."createdAt")
      IS NOT DISTINCT FROM
        (NEW."id", NEW."targetId", NEW."profileVersionId", NEW."verdict", NEW."standing", NEW."sentence", NEW."dimensions", NEW."refresh", NEW."createdAt")))
  EXECUTE FUNCTION "refuseChange"();
CREATE TRIGGER "FreshnessCheck_kept" BEFORE DELETE ON "FreshnessCheck" FOR EACH ROW EXECUTE FUNCTION "refuseChange"();
