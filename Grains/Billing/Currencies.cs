namespace AudioOrleans.Grains.Billing;

/// <summary>The currencies in use, and the digits of their minor units (ISO 4217).</summary>
public static class Currencies
{
    private const string WithoutMinorUnit = "BIF CLP DJF GNF JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF";
    private const string WithThreeDigits = "BHD IQD JOD KWD LYD OMR TND";

    private const string WithTwoDigits = """
        AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY COP CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD
        FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK
        MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY
        TTD TWD TZS UAH USD UYU UZS VES WST XCD YER ZAR ZMW
        """;

    private static readonly Dictionary<string, int> Digits = CodesOf(WithoutMinorUnit, 0).Concat(CodesOf(WithTwoDigits, 2)).Concat(CodesOf(WithThreeDigits, 3)).ToDictionary();

    /// <summary>Whether it is the code of a currency, in capitals.</summary>
    public static bool Contains(string code) => Digits.ContainsKey(code);

    /// <summary>An amount for people, such as <c>4.99 EUR</c>.</summary>
    /// <param name="amount">In the currency's minor unit.</param>
    /// <param name="currency">The currency.</param>
    public static string Format(long amount, string currency)
    {
        var digits = Digits[currency];
        if (digits == 0)
            return $"{amount} {currency}";
        var unit = digits == 2 ? 100 : 1000;
        return $"{amount / unit}.{(amount % unit).ToString(System.Globalization.CultureInfo.InvariantCulture).PadLeft(digits, '0')} {currency}";
    }

    private static IEnumerable<KeyValuePair<string, int>> CodesOf(string codes, int digits) =>
        codes.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Select(code => KeyValuePair.Create(code, digits));
}
