import { sampleText } from './config/sample.ts';

process.stdout.write(sampleText());
