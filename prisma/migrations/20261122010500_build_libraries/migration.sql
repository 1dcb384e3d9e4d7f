-- AlterTable
ALTER TABLE "Build" ADD COLUMN     "libraries" JSONB NOT NULL DEFAULT '[]';

-- CreateIndex
CREATE INDEX "Build_libraries_idx" ON "Build" USING GIN ("libraries" jsonb_path_ops);

ALTER TABLE "Build" ADD CONSTRAINT "Build_libraries_list" CHECK (jsonb_typeof("libraries") = 'array');
