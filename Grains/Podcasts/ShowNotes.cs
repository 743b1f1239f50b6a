using System.Text;
using AngleSharp.Dom;
using Ganss.Xss;

namespace AudioOrleans.Grains.Podcasts;

/// <summary>Descriptions of podcasts and episodes, as HTML that podcast apps show and as plain text.</summary>
public static class ShowNotes
{
    /// <summary>What the directories document for descriptions and the apps show: paragraphs, lists, emphasis and links.</summary>
    private static readonly string[] Tags = ["p", "br", "a", "ul", "ol", "li", "b", "strong", "i", "em", "u", "blockquote", "h1", "h2", "h3", "h4", "code", "pre"];

    private static readonly HtmlSanitizer Sanitizer = CreateSanitizer();

    /// <summary>The description as HTML: plain text gets its line breaks, and of HTML stays what podcast apps show.</summary>
    public static string ToHtml(string description)
    {
        var text = XmlText.Clean(description);
        return LooksLikeHtml(text) ? Sanitizer.Sanitize(text).Trim() : FromPlainText(text);
    }

    /// <summary>The text of sanitized HTML, without tags.</summary>
    public static string ToPlainText(string html)
    {
        using var document = new AngleSharp.Html.Parser.HtmlParser().ParseDocument(html);
        var text = new StringBuilder();
        Append(document.Body!, text);
        return text.ToString().Trim();
    }

    private static HtmlSanitizer CreateSanitizer()
    {
        var sanitizer = new HtmlSanitizer(new HtmlSanitizerOptions
        {
            AllowedTags = new HashSet<string>(Tags, StringComparer.OrdinalIgnoreCase),
            AllowedAttributes = new HashSet<string>(["href"], StringComparer.OrdinalIgnoreCase),
            AllowedSchemes = new HashSet<string>(["http", "https", "mailto"], StringComparer.OrdinalIgnoreCase),
            UriAttributes = new HashSet<string>(["href"], StringComparer.OrdinalIgnoreCase),
        })
        { KeepChildNodes = true };
        // Of other tags the text stays, but what these contain is no text for people.
        sanitizer.RemovingTag += (_, removing) =>
        {
            if (removing.Tag.LocalName is "script" or "style" or "iframe" or "object" or "template" or "noscript" or "svg" or "math")
                removing.Tag.InnerHtml = "";
        };
        return sanitizer;
    }

    private static void Append(INode node, StringBuilder text)
    {
        foreach (var child in node.ChildNodes)
        {
            if (child is IText words)
            {
                text.Append(words.Data);
                continue;
            }
            if (child is not IElement element)
                continue;
            if (element.LocalName is "p" or "br" or "li" or "h1" or "h2" or "h3" or "h4" or "blockquote" && text.Length > 0)
                text.Append('\n');
            Append(element, text);
        }
    }

    private static bool LooksLikeHtml(string text)
    {
        for (var at = text.IndexOf('<', StringComparison.Ordinal); at >= 0 && at + 1 < text.Length; at = text.IndexOf('<', at + 1))
        {
            if (char.IsAsciiLetter(text[at + 1]) || text[at + 1] is '/' or '!')
                return true;
        }
        return false;
    }

    private static string FromPlainText(string text)
    {
        var html = new StringBuilder();
        foreach (var paragraph in text.ReplaceLineEndings("\n").Split("\n\n", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            html.Append("<p>").Append(Encode(paragraph).Replace("\n", "<br>", StringComparison.Ordinal)).Append("</p>");
        return html.ToString();
    }

    private static string Encode(string text) => text
        .Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal).Replace(">", "&gt;", StringComparison.Ordinal);
}
