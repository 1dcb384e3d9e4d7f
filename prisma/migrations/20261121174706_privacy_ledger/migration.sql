-- CreateTable
CREATE TABLE "PrivacySpend" (
    "id" TEXT NOT NULL,
    "targetId" TEXT NOT NULL,
    "sessionId" TEXT NOT NULL,
    "purpose" TEXT NOT NULL,
    "epochIndex" INTEGER NOT NULL,
    "epochStartsAt" TIMESTAMPTZ(3) NOT NULL,
    "epochEndsAt" TIMESTAMPTZ(3) NOT NULL,
    "budgetMicroRho" INTEGER NOT NULL,
    "budgetFemtoDelta" BIGINT NOT NULL,
    "microRho" INTEGER NOT NULL,
    "femtoDelta" BIGINT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "PrivacySpend_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "PrivacySpend_targetId_createdAt_id_idx" ON "PrivacySpend"("targetId", "createdAt" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "PrivacySpend_createdAt_id_idx" ON "PrivacySpend"("createdAt" DESC, "id" DESC);

-- CreateIndex
CREATE UNIQUE INDEX "PrivacySpend_targetId_sessionId_purpose_key" ON "PrivacySpend"("targetId", "sessionId", "purpose");

-- AddForeignKey
ALTER TABLE "PrivacySpend" ADD CONSTRAINT "PrivacySpend_targetId_fkey" FOREIGN KEY ("targetId") REFERENCES "Target"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

ALTER TABLE "PrivacySpend"
  ADD CONSTRAINT "PrivacySpend_purpose_known" CHECK ("purpose" IN ('session-report')),
  ADD CONSTRAINT "PrivacySpend_amounts" CHECK ("microRho" > 0 AND "femtoDelta" > 0 AND "budgetMicroRho" > 0 AND "budgetFemtoDelta" > 0),
  ADD CONSTRAINT "PrivacySpend_within_epoch" CHECK ("epochIndex" > 0 AND "createdAt" >= "epochStartsAt" AND "createdAt" < "epochEndsAt");

-- The ledger is kept for ever.
CREATE TRIGGER "PrivacySpend_kept" BEFORE UPDATE OR DELETE ON "PrivacySpend" FOR EACH ROW EXECUTE FUNCTION "refuseChange"();
CREATE TRIGGER "PrivacySpend_kept_whole" BEFORE TRUNCATE ON "PrivacySpend" FOR EACH STATEMENT EXECUTE FUNCTION "refuseChange"();

-- What a target spends within an epoch is within the epoch's budget, whoever writes it: one line of a target at a time.
CREATE FUNCTION "requireBudget"() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  spent_rho BIGINT;
  spent_delta NUMERIC;
BEGIN
  PERFORM FROM "Target" WHERE "id" = NEW."targetId" FOR UPDATE;
  SELECT COALESCE(SUM("microRho"), 0), COALESCE(SUM("femtoDelta"), 0) INTO spent_rho, spent_delta FROM "PrivacySpend"
    WHERE "targetId" = NEW."targetId" AND "createdAt" >= NEW."epochStartsAt" AND "createdAt" < NEW."epochEndsAt";
  IF spent_rho + NEW."microRho" > NEW."budgetMicroRho" OR spent_delta + NEW."femtoDelta" > NEW."budgetFemtoDelta" THEN
    RAISE EXCEPTION 'a release exceeds the budget of privacy' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'privacy_budget';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER "PrivacySpend_within_budget" BEFORE INSERT ON "PrivacySpend" FOR EACH ROW EXECUTE FUNCTION "requireBudget"();
