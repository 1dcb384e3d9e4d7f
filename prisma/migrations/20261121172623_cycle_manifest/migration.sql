-- A cycle keeps the folder and the manifest that it was opened with: the target's are replaced when it is registered anew.
ALTER TABLE "RefreshCycle" ADD COLUMN     "directory" TEXT,
ADD COLUMN     "manifest" JSONB,
ADD COLUMN     "manifestDigest" CHAR(64);

-- Before the first release: cycles of a developer's store get what is registered now, and their versions the digest of it.
ALTER TABLE "RefreshCycle" DISABLE TRIGGER USER;
UPDATE "RefreshCycle" c SET "directory" = t."directory", "manifest" = t."manifest", "manifestDigest" = t."manifestDigest"
  FROM "Target" t WHERE t."id" = c."targetId";
ALTER TABLE "RefreshCycle" ENABLE TRIGGER USER;
ALTER TABLE "ProfileVersion" DISABLE TRIGGER USER;
UPDATE "ProfileVersion" v SET "provenance" = v."provenance" || jsonb_build_object('manifestDigest', c."manifestDigest")
  FROM "RefreshCycle" c WHERE c."id" = v."cycleId";
ALTER TABLE "ProfileVersion" ENABLE TRIGGER USER;

ALTER TABLE "RefreshCycle" ALTER COLUMN "directory" SET NOT NULL,
ALTER COLUMN "manifest" SET NOT NULL,
ALTER COLUMN "manifestDigest" SET NOT NULL;

ALTER TABLE "RefreshCycle"
  ADD CONSTRAINT "RefreshCycle_directory_absolute" CHECK ("directory" LIKE '/%'),
  ADD CONSTRAINT "RefreshCycle_digests" CHECK ("isSha256"("manifestDigest"));

-- What a cycle was opened with stays while it runs, too.
CREATE TRIGGER "RefreshCycle_opened_with" BEFORE UPDATE ON "RefreshCycle" FOR EACH ROW
  WHEN ((OLD."id", OLD."targetId", OLD."workflowId", OLD."reason", OLD."directory", OLD."manifest", OLD."manifestDigest", OLD."startedAt")
    IS DISTINCT FROM
      (NEW."id", NEW."targetId", NEW."workflowId", NEW."reason", NEW."directory", NEW."manifest", NEW."manifestDigest", NEW."startedAt"))
  EXECUTE FUNCTION "refuseChange"();

-- A version's provenance names the manifest of its cycle.
ALTER TABLE "ProfileVersion" ADD CONSTRAINT "ProfileVersion_manifest_named" CHECK ("isSha256"("provenance" ->> 'manifestDigest') IS TRUE);
