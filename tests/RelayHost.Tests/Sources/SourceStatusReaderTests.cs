using System.Text;
using AudioOrleans.RelayHost.Sources;

namespace AudioOrleans.RelayHost.Tests.Sources;

public sealed class SourceStatusReaderTests
{
    private const string Page = """{"icestats":{"source":{"listenurl":"http://radio.example.org:8000/live","title":"A - B"}}}""";
    private const int MostBytes = 1024 * 1024;

    private static readonly Uri Mount = new("http://radio.example.org:8000/live");

    [Theory]
    [InlineData(0)]
    [InlineData(4096)]
    [InlineData(100_000)]
    public async Task A_page_is_read_to_its_end(int padding) =>
        Assert.Equal("A - B", (await ReadAsync(new string(' ', padding) + Page))!.Title);

    [Fact]
    public async Task Only_the_first_mebibyte_is_read()
    {
        Assert.NotNull(await ReadAsync(Page.PadLeft(MostBytes)));
        Assert.Null(await ReadAsync(Page.PadLeft(MostBytes + 1)));
    }

    [Fact]
    public async Task A_short_page_uses_little_memory()
    {
        await ReadAsync(Page); // Warms up what is allocated only once.
        var before = GC.GetAllocatedBytesForCurrentThread();
        var read = ReadAsync(Page);
        Assert.True(read.IsCompleted, "all of it ran on this thread");
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 1, 64 * 1024);
        Assert.NotNull(await read);
    }

    private static async Task<SourceStatus?> ReadAsync(string page)
    {
        using var client = new HttpClient(new Pages(page));
        return await new SourceStatusReader(client, TimeProvider.System).ReadAsync(Mount, charset: null, CancellationToken.None);
    }

    /// <summary>A server that has only Icecast's page.</summary>
    private sealed class Pages(string page) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => Task.FromResult(
            request.RequestUri!.AbsolutePath == "/status-json.xsl"
                ? new HttpResponseMessage { Content = new StreamContent(new MemoryStream(Encoding.UTF8.GetBytes(page))) }
                : new HttpResponseMessage(System.Net.HttpStatusCode.NotFound));
    }
}
