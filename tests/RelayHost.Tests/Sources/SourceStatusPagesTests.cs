using AudioOrleans.RelayHost.Sources;

namespace AudioOrleans.RelayHost.Tests.Sources;

public sealed class SourceStatusPagesTests
{
    private const string Live = """{"listenurl":"http://radio.example.org:8000/live","title":"A - B","server_name":"Radio","bitrate":128,"listeners":7}""";
    private const string Other = """{"listenurl":"http://radio.example.org:8000/other","title":"wrong"}""";

    [Theory]
    [InlineData($$$"""{"icestats":{"source":{{{Live}}}}}""")]
    [InlineData($$$"""{"icestats":{"source":[{{{Other}}},{{{Live}}}]}}""")]
    [InlineData($$$"""{"icestats":{"source":[null,3,{},{{{Live}}}]}}""")]
    public void Icecast_lists_one_mount_as_an_object_and_several_as_an_array(string json) =>
        Assert.Equal(new SourceStatus("icecast", "A - B", "Radio", 128, 7), SourceStatusPages.ReadIcecast(json, "/live"));

    [Theory]
    [InlineData("""{"icestats":{}}""")]
    [InlineData($$$"""{"icestats":{"source":{{{Other}}}}}""")]
    [InlineData("""{"icestats":{"source":null}}""")]
    [InlineData("""{"icestats":{"source":[]}}""")]
    [InlineData("""{"icestats":[]}""")]
    [InlineData("[]")]
    [InlineData("12")]
    [InlineData("")]
    [InlineData("<html></html>")]
    [InlineData("""{"icestats":{"source":{"listenurl":"not a url"}}}""")]
    [InlineData("""{"icestats":{"source":{"listenurl":"\ud800"}}}""")]
    [InlineData("""{"\ud800":1,"icestats":{"\udc00":{"source":1}}}""")]
    public void A_page_without_the_mount_gives_nothing(string json) => Assert.Null(SourceStatusPages.ReadIcecast(json, "/live"));

    [Theory]
    [InlineData("1999", "1999")]
    [InlineData("-1.5e3", "-1.5e3")]
    [InlineData("true", null)]
    [InlineData("null", null)]
    [InlineData("[\"x\"]", null)]
    [InlineData("\"tab\\u0009and\\u0000nul\"", "tabandnul")]
    [InlineData("\"half \\ud83c\"", null)]
    public void A_title_may_be_a_number_but_no_other_kind_of_value(string json, string? title) =>
        Assert.Equal(title, SourceStatusPages.ReadIcecast($$$$"""{"icestats":{"source":{"listenurl":"http://h/live","title":{{{{json}}}}}}}""", "/live")!.Title);

    [Fact]
    public void A_very_long_number_is_cut_like_any_title()
    {
        var json = $$$$"""{"icestats":{"source":{"listenurl":"http://h/live","title":{{{{new string('9', 10_000)}}}}}}}""";
        Assert.Equal(StreamTitle.MostBytes, SourceStatusPages.ReadIcecast(json, "/live")!.Title!.Length);
    }

    [Theory]
    [InlineData("""{"listenurl":"http://h/live","bitrate":"64","listeners":"3"}""", 64, 3)]
    [InlineData("""{"listenurl":"http://h/live","bitrate":1e99,"listeners":-0.5}""", null, null)]
    [InlineData("""{"listenurl":"http://h/live","bitrate":"Quality 4","listeners":{}}""", null, null)]
    public void Numbers_may_be_text_and_invalid_ones_are_ignored(string source, int? bitrate, int? listeners)
    {
        var status = SourceStatusPages.ReadIcecast($$$"""{"icestats":{"source":{{{source}}}}}""", "/live")!;
        Assert.Equal((bitrate, listeners), (status.BitrateKbps, status.Listeners));
    }

    [Fact]
    public void Shoutcast_2_is_read()
    {
        const string Json = """{"currentlisteners":12,"peaklisteners":20,"servertitle":"Radio","songtitle":"A, B; C","streamstatus":1,"bitrate":"192"}""";
        Assert.Equal(new SourceStatus("shoutcast2", "A, B; C", "Radio", 192, 12), SourceStatusPages.ReadShoutcast2(Json));
        Assert.Null(SourceStatusPages.ReadShoutcast2(Json.Replace("\"streamstatus\":1", "\"streamstatus\":0", StringComparison.Ordinal)));
        Assert.Null(SourceStatusPages.ReadShoutcast2("{}"));
        Assert.Null(SourceStatusPages.ReadShoutcast2("[1]"));
        Assert.Null(SourceStatusPages.ReadShoutcast2("<html>"));
    }

    [Fact]
    public void Shoutcast_1_splits_on_the_first_six_commas_only()
    {
        const string Page = "<HTML><meta http-equiv=\"Pragma\" content=\"no-cache\"></head><body>214,1,226,2625,213,64,Me, Myself &amp; I &#8211; &quot;Live&quot;, 2</body></html>";
        Assert.Equal(new SourceStatus("shoutcast1", "Me, Myself & I – \"Live\", 2", null, 64, 214), SourceStatusPages.ReadShoutcast1(Page));
    }

    [Theory]
    [InlineData("<body>0,0,0,32,0,0,</body>")]
    [InlineData("<body>0,1,0,32,0</body>")]
    [InlineData("<body>no numbers</body>")]
    [InlineData("</body><body>")]
    [InlineData("0,1,0,32,0,128,title")]
    [InlineData("")]
    public void A_shoutcast_1_page_without_a_source_or_another_page_gives_nothing(string page) => Assert.Null(SourceStatusPages.ReadShoutcast1(page));

    [Fact]
    public void Invalid_numbers_of_shoutcast_1_are_ignored() =>
        Assert.Equal(new SourceStatus("shoutcast1", "t", null, null, null), SourceStatusPages.ReadShoutcast1("<body>x,1,,,,99999999999,t</body>"));
}
