/** Whose national numbers a list has: the one thing about it that nobody can guess. */
import { countries } from './countries.js';

export interface CountryChoiceProps {
  /** Two letters, or empty. */
  readonly country: string;
  readonly onChoose: (country: string) => void;
}

export function CountryChoice({ country, onChoose }: CountryChoiceProps) {
  return (
    <label className="country-choice">
      <span>Numbers without a country code are of</span>
      <select
        className="field"
        value={country}
        data-testid="import-country"
        onChange={({ target }) => onChoose(target.value)}
      >
        <option value="">no country in particular</option>
        {countries.map(({ code, name }) => (
          <option key={code} value={code}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}
