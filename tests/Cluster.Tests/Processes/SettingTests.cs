using AudioOrleans.Testing.Platforms;

namespace AudioOrleans.Cluster.Tests.Processes;

/// <summary>Settings that cannot form a cluster stop a program before it starts anything else.</summary>
public sealed class SettingTests
{
    [Theory]
    [InlineData("Silo", "Cluster__Secret", "short", "Cluster__Secret: expected at least 32 characters, the same for all processes of the cluster.")]
    [InlineData("Gateway", "Cluster__Secret", null, "Cluster__Secret: expected at least 32 characters, the same for all processes of the cluster.")]
    [InlineData("Silo", "Secrets__MasterKey", null, "Secrets__MasterKey: expected 32 bytes in base64, the same for all silos, since each must open what the others have sealed.")]
    [InlineData("Silo", "ConnectionStrings__Audio", null, "ConnectionStrings__Audio: expected the database that all processes of the cluster share.")]
    [InlineData("Gateway", "ConnectionStrings__Audio", " ", "ConnectionStrings__Audio: expected the database that all processes of the cluster share.")]
    [InlineData("Gateway", "Cluster__Membership", null, "Cluster__Membership: expected postgres, since a gateway without a silo needs a cluster.")]
    [InlineData("Silo", "Cluster__Membership", null, "Cluster__Membership: expected postgres. A silo needs a cluster; the gateway's program runs both in one process.")]
    public async Task A_wrong_setting_is_named(string program, string key, string? value, string expected)
    {
        var settings = ClusterProcess.NewSettings("Host=127.0.0.1;Port=1").SetItem(key, value).Add("Cluster__NodeName", "one");
        if (program == "Gateway")
            settings = settings.Add("Cluster__Role", "gateway");
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => MemberProcess.StartAsync("one", program, new Uri("http://127.0.0.1:1"), settings));
        Assert.Contains("one ended at once", error.Message, StringComparison.Ordinal);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }
}
