// As an application's own: React's plugin, and nothing about Keepline.
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({ plugins: [react()] });
