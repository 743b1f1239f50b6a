using System.Net;
using AudioOrleans.Grains.Podcasts;

namespace AudioOrleans.Grains.Tests.Podcasts;

/// <summary>Descriptions, text for XML, apps and networks.</summary>
public sealed class ShowNotesTests
{
    [Theory]
    [InlineData("Plain & simple\nline\n\nnew <3 paragraph", "<p>Plain &amp; simple<br>line</p><p>new &lt;3 paragraph</p>")]
    [InlineData("<p onclick=\"x()\">Hi <script>steal()</script><b>you</b></p>", "<p>Hi <b>you</b></p>")]
    [InlineData("<a href=\"javascript:x()\">bad</a> <a href=\"https://example.org/\" target=\"_blank\">good</a>", "<a>bad</a> <a href=\"https://example.org/\">good</a>")]
    [InlineData("<div><h2>Title</h2><img src=x onerror=x()>text</div>", "<h2>Title</h2>text")]
    [InlineData("<style>p { color: red }</style><ul><li>one</ul>", "<ul><li>one</li></ul>")]
    [InlineData("", "")]
    public void Of_html_stays_what_podcast_apps_show(string description, string html) => Assert.Equal(html, ShowNotes.ToHtml(description));

    [Theory]
    [InlineData("<p>One &amp; two</p><ul><li>a</li><li>b</li></ul>", "One & two\na\nb")]
    [InlineData("x<br>y", "x\ny")]
    public void Html_has_a_text(string html, string text) => Assert.Equal(text, ShowNotes.ToPlainText(html));

    [Theory]
    [InlineData("ok 🎧 ü\n\t", "ok 🎧 ü\n\t")]
    [InlineData("a\u0000\u0001\u000Bb\u001F", "ab")]
    [InlineData("\uFFFEa\uFFFF", "a")]
    public void Text_for_xml_loses_what_xml_cannot_hold(string text, string clean) => Assert.Equal(clean, XmlText.Clean(text));

    [Fact]
    public void Text_for_xml_loses_lone_surrogates() => Assert.Equal("x", XmlText.Clean("\uD800x\uDC00"));

    [Theory]
    [InlineData("Podcasts/1410.53 CFNetwork/1111 Darwin/19.0.0 (x86_64)", false, "Apple Podcasts")]
    [InlineData("AntennaPod/3.4.0", false, "AntennaPod")]
    [InlineData("Overcast/3.0 (+http://overcast.fm/; iOS podcast app)", false, "Overcast")]
    [InlineData("gPodder/3.11.1 (http://gpodder.org/) Linux", false, "gPodder")]
    [InlineData("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", true, "Googlebot")]
    [InlineData("Something nobody knows", false, "Unknown")]
    [InlineData("", false, "Unknown")]
    public void An_app_is_told_by_its_user_agent(string agent, bool isBot, string app)
    {
        var found = UserAgents.Find(agent);
        Assert.Equal(isBot, found.IsBot);
        Assert.Contains(app, found.App, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("203.0.113.77", "203.0.113.0/24")]
    [InlineData("::ffff:203.0.113.77", "203.0.113.0/24")]
    [InlineData("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64")]
    public void A_network_is_the_beginning_of_an_address(string address, string network) =>
        Assert.Equal(network, Networks.Of(IPAddress.Parse(address), ipv4Bits: 24, ipv6Bits: 64).ToString());
}
