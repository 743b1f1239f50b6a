using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.RegularExpressions;
using System.Text.Unicode;
using AudioOrleans.Gateway.Podcasts;
using AudioOrleans.Grains.Interfaces.Podcasts;

namespace AudioOrleans.Gateway.Domains;

/// <summary>Writes the page of a show: HTML that needs no scripts. All text of users is escaped; their HTML is shown as text.</summary>
public static partial class ShowPageWriter
{
    private const string Style =
        """
        :root{color-scheme:light dark}*{box-sizing:border-box}body{font:1rem/1.5 system-ui,sans-serif;max-width:46rem;margin:0 auto;padding:1.5rem}
        header{display:flex;flex-wrap:wrap;gap:1.5rem;align-items:flex-start}header img{width:10rem;height:10rem;object-fit:cover;border-radius:.5rem}header div{flex:1 1 18rem}
        h1{margin:0;line-height:1.2}h2{margin:0;font-size:1.15rem}p{white-space:pre-line;overflow-wrap:anywhere}.by,time,.note{opacity:.75}
        nav ul{list-style:none;display:flex;flex-wrap:wrap;gap:.5rem;padding:0}nav a{display:inline-block;padding:.35rem .8rem;border:1px solid;border-radius:1rem;text-decoration:none}
        ol{list-style:none;padding:0}li.episode{padding:1.25rem 0;border-top:1px solid}audio{width:100%}a:focus-visible,audio:focus-visible{outline:3px solid}
        """;

    private const int LongestNotes = 1000;

    private static readonly HtmlEncoder Encoder = HtmlEncoder.Create(UnicodeRanges.All);

    /// <summary>The content security policy of the pages: no scripts, and only their own style.</summary>
    public static string Policy { get; } =
        $"default-src 'none'; style-src 'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(Style)))}'; img-src 'self' https: http:; media-src 'self' https: http:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    /// <summary>The page.</summary>
    /// <param name="podcast">The podcast.</param>
    /// <param name="episodes">Its published episodes, newest first.</param>
    /// <param name="address">Where it is served.</param>
    public static string Write(PodcastDetails podcast, IEnumerable<EpisodeDetails> episodes, CustomAddress address)
    {
        var show = podcast.Fields;
        var feed = new Uri(address.FeedUrl);
        var page = new StringBuilder();
        page.Append(CultureInfo.InvariantCulture, $"""
            <!doctype html>
            <html lang="{Text(show.Language)}">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>{Text(show.Title)}</title>
            <meta name="description" content="{Text(Shorten(Plain(show.Description), 160))}">
            <link rel="canonical" href="{Text(address.BaseUrl)}/">
            <link rel="alternate" type="application/rss+xml" title="{Text(show.Title)}" href="{Text(address.FeedUrl)}">
            <style>{Style}</style>
            </head>
            <body>
            <header>
            {Image(show.ImageUrl)}<div>
            <h1>{Text(show.Title)}</h1>
            {(show.Author is { Length: > 0 } ? $"<p class=\"by\">{Text(show.Author)}</p>" : "")}
            <p>{Text(Plain(show.Description))}</p>
            </div>
            </header>
            <nav aria-label="Subscribe">
            <ul>
            <li><a href="podcast://{Text(feed.Authority + feed.AbsolutePath)}">Apple Podcasts</a></li>
            <li><a href="overcast://x-callback-url/add?url={Text(Uri.EscapeDataString(address.FeedUrl))}">Overcast</a></li>
            <li><a href="pktc://subscribe/{Text(feed.Authority + feed.AbsolutePath)}">Pocket Casts</a></li>
            <li><a href="https://antennapod.org/deeplink/subscribe?url={Text(Uri.EscapeDataString(address.FeedUrl))}">AntennaPod</a></li>
            <li><a href="{Text(address.FeedUrl)}">RSS</a></li>
            {(IsWeb(show.Link) ? $"<li><a href=\"{Text(show.Link)}\">Web site</a></li>" : "")}
            </ul>
            </nav>
            <main>
            <ol>

            """);
        foreach (var episode in episodes)
            Append(page, podcast, episode);
        page.Append(CultureInfo.InvariantCulture, $"""
            </ol>
            </main>
            {(show.Copyright is { Length: > 0 } ? $"<footer><p class=\"note\">{Text(show.Copyright)}</p></footer>" : "")}
            </body>
            </html>

            """);
        return page.ToString();
    }

    private static void Append(StringBuilder page, PodcastDetails podcast, EpisodeDetails episode)
    {
        var fields = episode.Fields;
        var published = (fields.PublicationDate ?? episode.CreatedAt).UtcDateTime;
        var needsSubscription = fields.Paid == true || podcast.Fields.Monetized == true;
        page.Append(CultureInfo.InvariantCulture, $"""
            <li class="episode">
            <h2>{Text(fields.Title)}</h2>
            <time datetime="{published:yyyy-MM-ddTHH:mm:ssZ}">{published:yyyy-MM-dd}</time>
            {(needsSubscription ? "<p class=\"note\">For subscribers.</p>" : "")}
            <audio controls preload="none" src="{PodcastPaths.Audio(podcast.PodcastId, episode.EpisodeId)}" title="{Text(fields.Title)}"></audio>
            <p>{Text(Shorten(Plain(fields.Description), LongestNotes))}</p>
            </li>

            """);
    }

    private static string Image(string? url) => IsWeb(url) ? $"<img src=\"{Text(url)}\" alt=\"\">\n" : "";

    private static bool IsWeb(string? url) => Uri.TryCreate(url, UriKind.Absolute, out var address) && (address.Scheme == Uri.UriSchemeHttps || address.Scheme == Uri.UriSchemeHttp);

    private static string Text(string? text) => Encoder.Encode(text ?? "");

    /// <summary>The text of HTML. Whatever is left of its tags is escaped later, so this need not be exact.</summary>
    private static string Plain(string? html) => WebUtility.HtmlDecode(Tag().Replace(Break().Replace(html ?? "", "\n"), "")).Trim();

    private static string Shorten(string text, int most) => text.Length <= most ? text : $"{text.AsSpan(0, char.IsHighSurrogate(text[most - 1]) ? most - 1 : most)}…";

    [GeneratedRegex(@"<br\s*/?>|</(p|li|div|h[1-6])\s*>", RegexOptions.IgnoreCase)]
    private static partial Regex Break();

    [GeneratedRegex(@"</?[a-z][^<>]*>", RegexOptions.IgnoreCase)]
    private static partial Regex Tag();
}
