watch('value', () => document.dispatchEvent(new Event('teach-board')));
