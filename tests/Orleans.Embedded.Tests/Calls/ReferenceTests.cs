using Audio.Orleans.Embedded.Tests.Support;

namespace Audio.Orleans.Embedded.Tests.Calls;

public interface INumberGrain : IGrainWithIntegerKey
{
    Task<long> Key();
}

public interface IGuidGrain : IGrainWithGuidKey
{
    Task<Guid> Key();
}

public interface IOtherSideOfNumber : IGrainWithIntegerKey
{
    Task<string> Id();
}

[GrainType("num")]
public class NumberGrain : Grain, INumberGrain, IOtherSideOfNumber
{
    public Task<long> Key() => Task.FromResult(this.GetPrimaryKeyLong());

    public Task<string> Id() => Task.FromResult(this.GetGrainId().ToString());
}

public class GuidGrain : Grain, IGuidGrain
{
    public Task<Guid> Key() => Task.FromResult(this.GetPrimaryKey());
}

public class ReferenceTests : IAsyncLifetime
{
    private TestSilo _silo = null!;

    public async Task InitializeAsync() => _silo = await TestSilo.StartAsync();

    public async Task DisposeAsync() => await _silo.DisposeAsync();

    [Theory]
    [InlineData(0)]
    [InlineData(255)]
    [InlineData(-1)]
    [InlineData(long.MaxValue)]
    public async Task A_number_key_comes_back(long key) => Assert.Equal(key, await _silo.Grains.GetGrain<INumberGrain>(key).Key().Soon());

    [Fact]
    public async Task A_guid_key_comes_back()
    {
        var key = Guid.NewGuid();
        Assert.Equal(key, await _silo.Grains.GetGrain<IGuidGrain>(key).Key().Soon());
    }

    [Fact]
    public async Task The_grain_type_and_the_form_of_keys_are_those_of_Orleans()
    {
        Assert.Equal("num/FF", _silo.Grains.GetGrain<INumberGrain>(255).GetGrainId().ToString());
        Assert.Equal("num/FF", await _silo.Grains.GetGrain<IOtherSideOfNumber>(255).Id().Soon());
        Assert.Equal(
            "guid/00000000000000000000000000000001",
            _silo.Grains.GetGrain<IGuidGrain>(new Guid("00000000-0000-0000-0000-000000000001")).GetGrainId().ToString());
        Assert.Equal("work/key-a", _silo.Grains.GetGrain<IWorkGrain>("key-a").GetGrainId().ToString());
    }

    [Fact]
    public void References_to_the_same_grain_are_equal()
    {
        Assert.Equal(_silo.Grains.GetGrain<INumberGrain>(1), _silo.Grains.GetGrain<INumberGrain>(1));
        Assert.NotEqual(_silo.Grains.GetGrain<INumberGrain>(1), _silo.Grains.GetGrain<INumberGrain>(2));
    }

    [Fact]
    public async Task A_reference_can_be_seen_through_another_interface_or_made_from_an_id()
    {
        var grain = _silo.Grains.GetGrain<INumberGrain>(7);
        Assert.Equal("num/7", await grain.AsReference<IOtherSideOfNumber>().Id().Soon());
        Assert.Equal(7, await _silo.Grains.GetGrain<INumberGrain>(GrainId.Parse("num/7")).Key().Soon());
        Assert.Equal(7, await ((INumberGrain)_silo.Grains.GetGrain(typeof(INumberGrain), 7)).Key().Soon());
    }

    [Fact]
    public void The_client_is_the_factory() =>
        Assert.Equal(_silo.Grains.GetGrain<INumberGrain>(1), _silo.Host.Services.GetRequiredService<IClusterClient>().GetGrain<INumberGrain>(1));

    [Theory]
    [InlineData("", 0x055DCC02u)]
    [InlineData("a", 0x56740D55u)]
    [InlineData("Nobody inspects the spammish repetition", 0x2F3B29E2u)]
    public void The_stored_hash_is_that_of_Orleans(string text, uint expected) =>
        Assert.Equal(expected, StableHash.ComputeHash(System.Text.Encoding.UTF8.GetBytes(text)));
}
