-- CreateTable
CREATE TABLE "TrafficSample" (
    "id" TEXT NOT NULL,
    "targetId" TEXT NOT NULL,
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,
    "requests" INTEGER,
    "release" JSONB,
    "failure" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "endedAt" TIMESTAMPTZ(3),

    CONSTRAINT "TrafficSample_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "TrafficSample_targetId_createdAt_id_idx" ON "TrafficSample"("targetId", "createdAt" DESC, "id" DESC);

-- AddForeignKey
ALTER TABLE "TrafficSample" ADD CONSTRAINT "TrafficSample_targetId_fkey" FOREIGN KEY ("targetId") REFERENCES "Target"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- What the schema's language cannot say: a sample ends once, with its aggregates or with the reason why there are none.
ALTER TABLE "TrafficSample"
  ADD CONSTRAINT "TrafficSample_ends_once" CHECK (("endedAt" IS NULL) = ("release" IS NULL AND "failure" IS NULL)),
  ADD CONSTRAINT "TrafficSample_one_end" CHECK ("release" IS NULL OR "failure" IS NULL),
  ADD CONSTRAINT "TrafficSample_counted" CHECK (("release" IS NULL) = ("requests" IS NULL));
CREATE TRIGGER "TrafficSample_ended" BEFORE UPDATE ON "TrafficSample" FOR EACH ROW
  WHEN (OLD."endedAt" IS NOT NULL) EXECUTE FUNCTION "refuseChange"();

-- The ledger knows a second purpose.
ALTER TABLE "PrivacySpend"
  DROP CONSTRAINT "PrivacySpend_purpose_known",
  ADD CONSTRAINT "PrivacySpend_purpose_known" CHECK ("purpose" IN ('session-report', 'traffic-sample'));
