using System.Buffers;
using System.Collections.Frozen;
using System.Globalization;
using System.Net;
using AudioOrleans.Grains.Interfaces;

namespace AudioOrleans.Grains.Domains;

/// <summary>Which names can be custom domains. International names are compared and stored in Punycode (RFC 5891).</summary>
public static class HostNames
{
    private const string Field = "custom_domain";
    private const int Longest = 253;

    private static readonly IdnMapping Idn = new() { UseStd3AsciiRules = true };

    private static readonly SearchValues<char> NotOfNames = SearchValues.Create(":/@?# \t");

    /// <summary>Top-level names that are not part of the public DNS (RFC 6761, RFC 6762, RFC 7686, and ICANN's <c>internal</c>).</summary>
    private static readonly FrozenSet<string> NotPublic = FrozenSet.Create("localhost", "local", "internal", "invalid", "onion", "arpa", "lan", "home", "corp");

    /// <summary>Second-level names under which registries of countries register: <c>co.uk</c> is nobody's own.</summary>
    private static readonly FrozenSet<string> RegistryLabels = FrozenSet.Create("co", "com", "net", "org", "edu", "gov", "ac", "mil", "gob", "ltd", "plc");

    /// <summary>Further names under which others register; the Public Suffix List has thousands, and the TXT record protects all of them.</summary>
    private static readonly FrozenSet<string> SharedSuffixes = FrozenSet.Create(
        "me.uk", "nhs.uk", "police.uk", "sch.uk", "or.jp", "ne.jp", "go.jp", "ad.jp", "ed.jp", "gr.jp", "lg.jp", "or.kr", "ne.kr", "go.kr", "re.kr", "pe.kr",
        "id.au", "asn.au", "geek.nz", "gen.nz", "or.at", "gv.at", "or.th", "in.th", "go.th", "web.za", "nom.br", "blog.br", "firm.in", "gen.in", "ind.in",
        "github.io", "gitlab.io", "netlify.app", "vercel.app", "herokuapp.com", "cloudfront.net", "azurewebsites.net", "amazonaws.com", "pages.dev", "workers.dev",
        "web.app", "firebaseapp.com", "appspot.com", "blogspot.com", "fly.dev", "onrender.com", "ngrok.io", "duckdns.org");

    /// <summary>Scripts by their ranges in Unicode, as far as domain names are registered in them.</summary>
    private static readonly (int First, int Last, Script Script)[] Ranges =
    [
        ('a', 'z', Script.Latin), (0xDF, 0xF6, Script.Latin), (0xF8, 0x24F, Script.Latin), (0x1E00, 0x1EFF, Script.Latin),
        (0x370, 0x3FF, Script.Greek), (0x1F00, 0x1FFF, Script.Greek), (0x400, 0x52F, Script.Cyrillic), (0x530, 0x58F, Script.Armenian), (0x590, 0x5FF, Script.Hebrew),
        (0x600, 0x6FF, Script.Arabic), (0x750, 0x77F, Script.Arabic), (0x900, 0x97F, Script.Devanagari), (0x980, 0x9FF, Script.Bengali), (0xA00, 0xA7F, Script.Gurmukhi),
        (0xA80, 0xAFF, Script.Gujarati), (0xB80, 0xBFF, Script.Tamil), (0xC00, 0xC7F, Script.Telugu), (0xC80, 0xCFF, Script.Kannada), (0xD00, 0xD7F, Script.Malayalam),
        (0xD80, 0xDFF, Script.Sinhala), (0xE00, 0xE7F, Script.Thai), (0xE80, 0xEFF, Script.Lao), (0x10A0, 0x10FF, Script.Georgian), (0x1100, 0x11FF, Script.Korean),
        (0xAC00, 0xD7AF, Script.Korean), (0x3005, 0x3007, Script.Han), (0x3040, 0x30FF, Script.Kana), (0x3400, 0x4DBF, Script.Han), (0x4E00, 0x9FFF, Script.Han),
    ];

    /// <summary>Letters of other scripts that look like Latin ones. A label of nothing else imitates a Latin name.</summary>
    private static readonly FrozenSet<char> LikeLatin = "асԁеһіјӏорԛѕԝхуҽпгѵѡкмтвнѐёїӓӧӱαβγεηικνορτυχωϲϳ".ToFrozenSet();

    private enum Script
    {
        Latin, Greek, Cyrillic, Armenian, Hebrew, Arabic, Devanagari, Bengali, Gurmukhi, Gujarati, Tamil, Telugu, Kannada, Malayalam, Sinhala, Thai, Lao, Georgian, Korean, Kana, Han,
    }

    /// <summary>The name as it is stored, or the problem with it.</summary>
    /// <param name="text">The name as its owner writes it.</param>
    /// <param name="own">The platform's own hosts: neither they nor names under them are anybody's own.</param>
    public static (string? Host, FieldProblem? Problem) Read(string? text, params ReadOnlySpan<string?> own)
    {
        if (string.IsNullOrWhiteSpace(text))
            return Refuse("Expected the name of a host, such as podcast.example.org.", FieldCodes.Required);
        text = text.Trim();
        if (text.EndsWith('.'))
            text = text[..^1];
        if (text.Length > Longest)
            return Refuse($"Expected at most {Longest} characters.", FieldCodes.TooLong);
        if (text.Contains('*', StringComparison.Ordinal))
            return Refuse("Expected a single host, no wildcard.", FieldCodes.NotAllowed);
        if (text.AsSpan().ContainsAny(NotOfNames))
            return Refuse("Expected only the name of a host, without scheme, port or path.", FieldCodes.Malformed);
        if (ToAscii(text) is not { } host || host.Length > Longest)
            return Refuse("Expected a name of labels with letters, digits and hyphens.", FieldCodes.InvalidCharacters);
        var labels = host.Split('.');
        // A last label of digits only would make it an address (RFC 3696, section 2): "127.1", "0x7f.1".
        if (IPAddress.TryParse(host, out _) || labels[^1].All(char.IsAsciiDigit) || labels[^1].StartsWith("0x", StringComparison.Ordinal))
            return Refuse("Expected a name, no address.", FieldCodes.NotAllowed);
        if (labels.Length < 2 || NotPublic.Contains(labels[^1]))
            return Refuse("Expected a name of the public DNS with at least two labels.", FieldCodes.NotAllowed);
        if ((labels is [var second, { Length: 2 }] && RegistryLabels.Contains(second)) || SharedSuffixes.Contains(host))
            return Refuse("Expected a name of your own; others register names under this one.", FieldCodes.NotAllowed);
        foreach (var platform in own)
        {
            if (platform is { Length: > 0 } && (host.Equals(platform.TrimEnd('.'), StringComparison.OrdinalIgnoreCase) || host.EndsWith($".{platform.TrimEnd('.')}", StringComparison.OrdinalIgnoreCase)))
                return Refuse("Expected a name of your own; this one is the platform's.", FieldCodes.NotAllowed);
        }
        return IsLookAlike(labels) ? Refuse("Expected labels of one script each, which do not imitate another; this name looks like another one.", FieldCodes.NotAllowed) : (host, null);
    }

    /// <summary>The name for people; the stored one if it cannot be shown otherwise.</summary>
    public static string ToUnicode(string host)
    {
        try
        {
            return Idn.GetUnicode(host);
        }
        catch (ArgumentException)
        {
            return host;
        }
    }

    private static string? ToAscii(string text)
    {
        try
        {
            // What is Punycode already is checked by reading it: not every text after xn-- is valid.
            var host = Idn.GetAscii(text).ToLowerInvariant();
            return Idn.GetAscii(Idn.GetUnicode(host)).Equals(host, StringComparison.OrdinalIgnoreCase) && host.Split('.').All(IsLabel) ? host : null;
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    private static bool IsLabel(string label) =>
        label is { Length: >= 1 and <= 63 } && label[0] != '-' && label[^1] != '-' && label.All(c => char.IsAsciiLetterOrDigit(c) || c == '-')
        // Hyphens in the third and fourth place mark encodings (RFC 5891, section 4.2.3.1).
        && (label.Length < 4 || label[2..4] != "--" || label.StartsWith("xn--", StringComparison.Ordinal));

    /// <summary>Whether a label mixes scripts (Unicode Technical Standard 39, section 5.2), or imitates Latin letters with others.</summary>
    private static bool IsLookAlike(string[] labels)
    {
        var isLatinTop = !labels[^1].StartsWith("xn--", StringComparison.Ordinal);
        foreach (var label in labels.Where(label => label.StartsWith("xn--", StringComparison.Ordinal)).Select(ToUnicode))
        {
            var letters = label.Where(c => !char.IsAsciiDigit(c) && c != '-' && CharUnicodeInfo.GetUnicodeCategory(c) is not (UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark)).ToList();
            var scripts = letters.Select(ScriptOf).Distinct().ToList();
            // Japanese writes Han and Kana together, Korean Han and Hangul.
            if (scripts.Contains(null) || (scripts.Count > 1 && !scripts.TrueForAll(script => script is Script.Han or Script.Kana) && !scripts.TrueForAll(script => script is Script.Han or Script.Korean)))
                return true;
            if (isLatinTop && scripts is [not Script.Latin] && letters.TrueForAll(LikeLatin.Contains))
                return true;
        }
        return false;
    }

    private static Script? ScriptOf(char c)
    {
        foreach (var (first, last, script) in Ranges)
        {
            if (c >= first && c <= last)
                return script;
        }
        return null;
    }

    private static (string?, FieldProblem?) Refuse(string message, string code) => (null, new FieldProblem(Field, message, code));
}
