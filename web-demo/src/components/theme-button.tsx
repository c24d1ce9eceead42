/** Turns the page's colours over, dark to light and back. */
import { Moon, Sun } from 'lucide-react';
import { useEffect, useState } from 'react';
import { chooseTheme, currentTheme } from '../theme.js';

export function ThemeButton() {
  const [theme, setTheme] = useState(currentTheme);
  useEffect(() => {
    const query = matchMedia('(prefers-color-scheme: dark)');
    const follow = () => setTheme(currentTheme());
    query.addEventListener('change', follow);
    return () => query.removeEventListener('change', follow);
  }, []);
  const other = theme === 'dark' ? 'light' : 'dark';
  const Icon = theme === 'dark' ? Sun : Moon;
  const turn = () => {
    chooseTheme(other);
    setTheme(other);
  };
  return (
    <button
      type="button"
      className="button button-icon"
      data-testid="theme"
      aria-label={`Switch to ${other} colours`}
      title={`Switch to ${other} colours`}
      onClick={turn}
    >
      <Icon size={17} aria-hidden="true" />
    </button>
  );
}
