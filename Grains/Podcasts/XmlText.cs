using System.Text;
using System.Xml;

namespace AudioOrleans.Grains.Podcasts;

/// <summary>Text for XML 1.0, which cannot hold most control characters, lone surrogates, U+FFFE or U+FFFF at all (section 2.2).</summary>
public static class XmlText
{
    /// <summary>The text without the characters that XML cannot hold.</summary>
    public static string Clean(string text)
    {
        var valid = 0;
        for (int length; ; valid += length)
        {
            // Nearly all characters are in this range, which is searched many at a time.
            var special = text.AsSpan(valid).IndexOfAnyExceptInRange(' ', '\uD7FF');
            if (special < 0)
                return text;
            valid += special;
            length = LengthAt(text, valid);
            if (length == 0)
                break;
        }
        var clean = new StringBuilder(text, 0, valid, text.Length);
        for (var at = valid; at < text.Length;)
        {
            var length = LengthAt(text, at);
            clean.Append(text, at, length);
            at += Math.Max(1, length);
        }
        return clean.ToString();
    }

    /// <summary>The length of the valid character at a position; 0 if XML cannot hold it.</summary>
    private static int LengthAt(string text, int at)
    {
        if (XmlConvert.IsXmlChar(text[at]))
            return 1;
        return at + 1 < text.Length && XmlConvert.IsXmlSurrogatePair(text[at + 1], text[at]) ? 2 : 0;
    }
}
