import { defineConfig } from 'prisma/config';

/** For Prisma's own command line; Hone applies its migrations by store/migrate.ts. Only `prisma migrate` reads the address. */
const databaseUrl = process.env['DATABASE_URL'];

export default defineConfig({
  schema: 'prisma/schema.prisma',
  migrations: { path: 'prisma/migrations' },
  ...(databaseUrl === undefined ? {} : { datasource: { url: databaseUrl } }),
});
