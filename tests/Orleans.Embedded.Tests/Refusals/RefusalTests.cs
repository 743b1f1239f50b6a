#if ENGINE_EMBEDDED
using System.Net;
using Audio.Orleans.Embedded.Tests.Refusals.Refused;
using Audio.Orleans.Embedded.Tests.Support;
using Orleans.Configuration;

namespace Audio.Orleans.Embedded.Tests.Refusals;

public class RefusalTests : IAsyncLifetime
{
    private TestSilo _silo = null!;

    public async Task InitializeAsync() => _silo = await TestSilo.StartAsync();

    public async Task DisposeAsync() => await _silo.DisposeAsync();

    [Theory]
    [InlineData(typeof(ITakesNoSerializer), nameof(ITakesNoSerializer.Take), nameof(NoSerializer), "[GenerateSerializer]")]
    [InlineData(typeof(IReturnsNoSerializer), nameof(IReturnsNoSerializer.Give), nameof(NoSerializer), "[GenerateSerializer]")]
    [InlineData(typeof(ITakesHolder), nameof(ITakesHolder.Take), nameof(NoSerializer), "[GenerateSerializer]")]
    [InlineData(typeof(ITakesObject), nameof(ITakesObject.Take), "System.Object", "[GenerateSerializer]")]
    [InlineData(typeof(ITakesSettable), nameof(ITakesSettable.Take), "Settable.Text", "can be set")]
    [InlineData(typeof(ITakesList), nameof(ITakesList.Take), "List<System.String>", "can change")]
    [InlineData(typeof(IReturnsDictionary), nameof(IReturnsDictionary.Give), "Dictionary<System.String, System.Int32>", "can change")]
    [InlineData(typeof(ITakesArray), nameof(ITakesArray.Take), "System.String[]", "can change")]
    [InlineData(typeof(IReturnsNoTask), nameof(IReturnsNoTask.Give), "System.String", "Task")]
    [InlineData(typeof(IReturnsVoid), nameof(IReturnsVoid.Do), "System.Void", "Task")]
    [InlineData(typeof(IReturnsStream), nameof(IReturnsStream.Give), "IAsyncEnumerable", "does not support")]
    [InlineData(typeof(IIsGeneric), nameof(IIsGeneric.Take), "generic", "does not support")]
    public void A_contract_that_breaks_a_rule_is_refused_and_the_message_says_where_and_why(
        Type contract, string method, string type, string why)
    {
        var refusal = Assert.Throws<OrleansConfigurationException>(() => _silo.Grains.GetGrain(contract, "key"));
        Assert.Contains($"{contract.FullName}.{method}", refusal.Message, StringComparison.Ordinal);
        Assert.Contains(type, refusal.Message, StringComparison.Ordinal);
        Assert.Contains(why, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_contract_that_keeps_the_rules_only_lacks_its_class()
    {
        var refusal = Assert.Throws<ArgumentException>(() => _silo.Grains.GetGrain<IIsFine>("key"));
        Assert.Contains("No grain class", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_class_with_a_bad_contract_stops_the_silos_start()
    {
        await using var silo = TestSilo.Build(builder => builder.Configure<GrainTypeOptions>(types => types.Classes.Add(typeof(BadContractGrain))));
        var refusal = await Assert.ThrowsAsync<OrleansConfigurationException>(() => silo.Host.StartAsync());
        Assert.Contains(nameof(ITakesList), refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Joining_another_silo_is_refused()
    {
        var refusal = Assert.Throws<NotSupportedException>(() => TestSilo.Build(
            builder => builder.UseLocalhostClustering(primarySiloEndpoint: new IPEndPoint(IPAddress.Loopback, 4711))));
        Assert.Contains("Engine=orleans", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_collection_age_that_is_not_longer_than_the_quantum_is_refused()
    {
        await using var silo = TestSilo.Build(builder => builder.Configure<GrainCollectionOptions>(options => options.CollectionAge = options.CollectionQuantum));
        await Assert.ThrowsAsync<OrleansConfigurationException>(() => silo.Host.StartAsync());
    }

    [Fact]
    public async Task A_call_before_the_start_is_refused()
    {
        await using var silo = TestSilo.Build();
        await Assert.ThrowsAsync<SiloUnavailableException>(() => silo.Grains.GetGrain<Calls.IWorkGrain>("key-a").Ping());
    }
}
#endif
