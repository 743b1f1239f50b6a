using System.Net;
using System.Text.Json.Nodes;
using AudioOrleans.Testing;
using AudioOrleans.Testing.Platforms;

namespace AudioOrleans.Gateway.Tests.Nodes;

public sealed class NodesTests
{
    private static readonly Uri Path = new("/v1/admin/nodes", UriKind.Relative);

    [Fact]
    public async Task Admins_see_the_nodes_and_how_busy_they_are()
    {
        var shared = await SharedPlatform.GetAsync();
        using var admin = await Dj.AdminAsync(shared.Platform);
        JsonObject node = [];
        await Eventually.That(
            async () => (await admin.GetAsync("/v1/admin/nodes"))["items"]!.AsArray() is [JsonObject only] && (node = only) is not null,
            TimeSpan.FromSeconds(10), "the one node has reported");
        Assert.Equal(Environment.MachineName, (string)node["name"]!);
        Assert.False((bool)node["draining"]!);
        Assert.Equal(Environment.ProcessorCount, (int)node["cores"]!);
        Assert.InRange((double)node["cpu_share"]!, 0, 1);
        Assert.InRange((double)node["memory_share"]!, 0.01, 1);
        Assert.True((int)node["relays"]! >= 0);
        Assert.True((DateTimeOffset)node["started_at"]! <= TimeProvider.System.GetUtcNow());
    }

    [Fact]
    public async Task Only_admins_see_the_nodes()
    {
        var shared = await SharedPlatform.GetAsync();
        using var nobody = await shared.Platform.Client.GetAsync(Path);
        await nobody.ProblemAsync(HttpStatusCode.Unauthorized);
        using var dj = await Dj.RegisterAsync(shared.Platform);
        using var refused = await dj.Client.GetAsync(Path);
        await refused.ProblemAsync(HttpStatusCode.Forbidden);
    }
}
