-- CreateTable
CREATE TABLE "GatewayKey" (
    "keyId" CHAR(64) NOT NULL,
    "publicKey" TEXT NOT NULL,
    "firstSeenAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "GatewayKey_pkey" PRIMARY KEY ("keyId")
);

-- CreateTable
CREATE TABLE "SessionKey" (
    "sessionId" TEXT NOT NULL,
    "keyId" CHAR(64) NOT NULL,
    "registeredAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "SessionKey_pkey" PRIMARY KEY ("sessionId")
);

-- CreateTable
CREATE TABLE "BatchReport" (
    "id" TEXT NOT NULL,
    "cycleId" TEXT NOT NULL,
    "targetId" TEXT NOT NULL,
    "reportDigest" CHAR(64) NOT NULL,
    "reportSizeBytes" BIGINT NOT NULL,
    "text" TEXT NOT NULL,
    "accepted" BOOLEAN NOT NULL,
    "problems" TEXT[],
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "BatchReport_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "SessionKey_keyId_idx" ON "SessionKey"("keyId");

-- CreateIndex
CREATE UNIQUE INDEX "BatchReport_cycleId_key" ON "BatchReport"("cycleId");

-- CreateIndex
CREATE INDEX "BatchReport_targetId_createdAt_id_idx" ON "BatchReport"("targetId", "createdAt" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "BatchReport_createdAt_id_idx" ON "BatchReport"("createdAt" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "BatchReport_reportDigest_idx" ON "BatchReport"("reportDigest");

-- CreateIndex
CREATE UNIQUE INDEX "BatchReport_cycleId_targetId_key" ON "BatchReport"("cycleId", "targetId");

-- AddForeignKey
ALTER TABLE "SessionKey" ADD CONSTRAINT "SessionKey_keyId_fkey" FOREIGN KEY ("keyId") REFERENCES "GatewayKey"("keyId") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "BatchReport" ADD CONSTRAINT "BatchReport_targetId_fkey" FOREIGN KEY ("targetId") REFERENCES "Target"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "BatchReport" ADD CONSTRAINT "BatchReport_cycleId_targetId_fkey" FOREIGN KEY ("cycleId", "targetId") REFERENCES "RefreshCycle"("id", "targetId") ON DELETE RESTRICT ON UPDATE CASCADE;

ALTER TABLE "GatewayKey" ADD CONSTRAINT "GatewayKey_digests" CHECK ("isSha256"("keyId"));

ALTER TABLE "BatchReport"
  ADD CONSTRAINT "BatchReport_digests" CHECK ("isSha256"("reportDigest") AND "reportSizeBytes" > 0),
  ADD CONSTRAINT "BatchReport_accepted_without_problems" CHECK ("accepted" = (cardinality("problems") = 0));

CREATE TRIGGER "GatewayKey_immutable" BEFORE UPDATE ON "GatewayKey" FOR EACH ROW EXECUTE FUNCTION "refuseChange"();
CREATE TRIGGER "SessionKey_immutable" BEFORE UPDATE ON "SessionKey" FOR EACH ROW EXECUTE FUNCTION "refuseChange"();
CREATE TRIGGER "BatchReport_immutable" BEFORE UPDATE ON "BatchReport" FOR EACH ROW EXECUTE FUNCTION "refuseChange"();
