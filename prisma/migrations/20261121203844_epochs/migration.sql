-- AlterTable: a line of the ledger names its budget; so far each epoch had its own. The trigger that keeps the lines is off meanwhile.
ALTER TABLE "PrivacySpend" ADD COLUMN "budgetFrom" TIMESTAMPTZ(3);
ALTER TABLE "PrivacySpend" DISABLE TRIGGER "PrivacySpend_kept";
UPDATE "PrivacySpend" SET "budgetFrom" = "epochStartsAt";
ALTER TABLE "PrivacySpend" ENABLE TRIGGER "PrivacySpend_kept";
ALTER TABLE "PrivacySpend" ALTER COLUMN "budgetFrom" SET NOT NULL;

-- CreateTable
CREATE TABLE "Epoch" (
    "id" TEXT NOT NULL,
    "targetId" TEXT NOT NULL,
    "index" INTEGER NOT NULL,
    "startsAt" TIMESTAMPTZ(3) NOT NULL,
    "endsAt" TIMESTAMPTZ(3) NOT NULL,
    "budgetFrom" TIMESTAMPTZ(3) NOT NULL,
    "keyMadeAt" TIMESTAMPTZ(3),
    "cutBecause" TEXT,
    "destroyedAt" TIMESTAMPTZ(3),
    "destroyedBecause" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Epoch_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "EpochSession" (
    "sessionId" TEXT NOT NULL,
    "epochId" TEXT NOT NULL,
    "enteredAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "EpochSession_pkey" PRIMARY KEY ("sessionId")
);

-- CreateIndex
CREATE INDEX "Epoch_targetId_createdAt_id_idx" ON "Epoch"("targetId", "createdAt" DESC, "id" DESC);

-- CreateIndex
CREATE UNIQUE INDEX "Epoch_targetId_index_key" ON "Epoch"("targetId", "index");

-- CreateIndex
CREATE INDEX "EpochSession_epochId_idx" ON "EpochSession"("epochId");

-- AddForeignKey
ALTER TABLE "Epoch" ADD CONSTRAINT "Epoch_targetId_fkey" FOREIGN KEY ("targetId") REFERENCES "Target"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "EpochSession" ADD CONSTRAINT "EpochSession_epochId_fkey" FOREIGN KEY ("epochId") REFERENCES "Epoch"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

ALTER TABLE "Epoch"
  ADD CONSTRAINT "Epoch_span" CHECK ("index" > 0 AND "startsAt" < "endsAt" AND "budgetFrom" <= "startsAt"),
  ADD CONSTRAINT "Epoch_destroyed_with_reason" CHECK (("destroyedAt" IS NULL) = ("destroyedBecause" IS NULL));

-- Epochs are kept for ever.
CREATE TRIGGER "Epoch_kept" BEFORE DELETE ON "Epoch" FOR EACH ROW EXECUTE FUNCTION "refuseChange"();
CREATE TRIGGER "Epoch_kept_whole" BEFORE TRUNCATE ON "Epoch" FOR EACH STATEMENT EXECUTE FUNCTION "refuseChange"();
CREATE TRIGGER "EpochSession_kept" BEFORE UPDATE OR DELETE ON "EpochSession" FOR EACH ROW EXECUTE FUNCTION "refuseChange"();
CREATE TRIGGER "EpochSession_kept_whole" BEFORE TRUNCATE ON "EpochSession" FOR EACH STATEMENT EXECUTE FUNCTION "refuseChange"();

-- What a row leaves open is filled in once; an end comes earlier only with a reason.
CREATE TRIGGER "Epoch_filled_in_once" BEFORE UPDATE ON "Epoch" FOR EACH ROW
  WHEN ((OLD."id", OLD."targetId", OLD."index", OLD."startsAt", OLD."budgetFrom", OLD."createdAt")
      IS DISTINCT FROM (NEW."id", NEW."targetId", NEW."index", NEW."startsAt", NEW."budgetFrom", NEW."createdAt")
    OR (OLD."keyMadeAt" IS NOT NULL AND OLD."keyMadeAt" IS DISTINCT FROM NEW."keyMadeAt")
    OR (OLD."destroyedAt" IS NOT NULL
      AND (OLD."destroyedAt", OLD."destroyedBecause") IS DISTINCT FROM (NEW."destroyedAt", NEW."destroyedBecause"))
    OR (OLD."cutBecause" IS NOT NULL AND (OLD."cutBecause", OLD."endsAt") IS DISTINCT FROM (NEW."cutBecause", NEW."endsAt"))
    OR (OLD."endsAt" <> NEW."endsAt" AND (NEW."endsAt" > OLD."endsAt" OR NEW."cutBecause" IS NULL)))
  EXECUTE FUNCTION "refuseChange"();

-- Two epochs of a target never run at once. Whoever begins one has locked the target; this holds for anybody else as well.
CREATE FUNCTION "requireOneEpoch"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM FROM "Target" WHERE "id" = NEW."targetId" FOR UPDATE;
  IF EXISTS (SELECT FROM "Epoch" WHERE "targetId" = NEW."targetId" AND "id" <> NEW."id"
      AND "startsAt" < NEW."endsAt" AND "endsAt" > NEW."startsAt") THEN
    RAISE EXCEPTION 'two epochs of a target overlap' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'epoch_alone';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER "Epoch_alone" BEFORE INSERT ON "Epoch" FOR EACH ROW EXECUTE FUNCTION "requireOneEpoch"();

-- No session enters an epoch whose key is gone.
CREATE FUNCTION "requireLivingKey"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM "Epoch" WHERE "id" = NEW."epochId" AND "destroyedAt" IS NOT NULL) THEN
    RAISE EXCEPTION 'the key of the epoch is destroyed' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'epoch_key';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER "EpochSession_living" BEFORE INSERT ON "EpochSession" FOR EACH ROW EXECUTE FUNCTION "requireLivingKey"();

-- A session is paid for by the epoch that it entered, which may have ended by then; and a budget is that of all the epochs that share it.
ALTER TABLE "PrivacySpend" DROP CONSTRAINT "PrivacySpend_within_epoch";
ALTER TABLE "PrivacySpend"
  ADD CONSTRAINT "PrivacySpend_within_epoch" CHECK ("epochIndex" > 0 AND "createdAt" >= "epochStartsAt" AND "budgetFrom" <= "epochStartsAt");
CREATE OR REPLACE FUNCTION "requireBudget"() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  spent_rho BIGINT;
  spent_delta NUMERIC;
BEGIN
  PERFORM FROM "Target" WHERE "id" = NEW."targetId" FOR UPDATE;
  SELECT COALESCE(SUM("microRho"), 0), COALESCE(SUM("femtoDelta"), 0) INTO spent_rho, spent_delta FROM "PrivacySpend"
    WHERE "targetId" = NEW."targetId" AND "budgetFrom" = NEW."budgetFrom";
  IF spent_rho + NEW."microRho" > NEW."budgetMicroRho" OR spent_delta + NEW."femtoDelta" > NEW."budgetFemtoDelta" THEN
    RAISE EXCEPTION 'a release exceeds the budget of privacy' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'privacy_budget';
  END IF;
  RETURN NEW;
END $$;
