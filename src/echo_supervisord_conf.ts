#!/usr/bin/env node
import { sampleText } from './config/sample.ts';

process.stdout.write(sampleText());
