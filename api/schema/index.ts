import { builder } from '../builder.ts';
import './scalars.ts';
import './errors.ts';
import './target.ts';
import './cycle.ts';
import './privacy.ts';
import './traffic.ts';
import './window.ts';
import './environment.ts';
import './host.ts';
import './build.ts';
import './batch-report.ts';
import './epoch.ts';
import './profile-version.ts';
import './evaluation.ts';
import './release.ts';
import './channel.ts';

export const schema = builder.toSchema();
