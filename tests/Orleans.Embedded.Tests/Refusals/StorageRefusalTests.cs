using Audio.Orleans.Embedded.Tests.Refusals.Refused;
using Audio.Orleans.Embedded.Tests.Support;
using Orleans.Configuration;
using Orleans.Storage;

namespace Audio.Orleans.Embedded.Tests.Refusals;

public class StorageRefusalTests
{
    [Fact]
    public async Task A_storage_that_does_not_exist_is_refused_with_its_name()
    {
        await using var silo = await TestSilo.StartAsync(
            builder => builder.Configure<GrainTypeOptions>(types => types.Classes.Add(typeof(NeedsMissingStorageGrain))));
        var failure = await Assert.ThrowsAsync<InvalidOperationException>(
            () => silo.Grains.GetGrain<INeedsMissingStorage>(TestSilo.NewKey()).Touch().Soon());
        var refusal = Assert.IsType<BadProviderConfigException>(failure.GetBaseException());
        Assert.Contains("missing", refusal.Message, StringComparison.Ordinal);
    }
}
