using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using AudioOrleans.Persistence.GrainStates;
using Dapper;

namespace AudioOrleans.Persistence.Tests.GrainStates;

public sealed class StateJsonTests(TestDatabase test) : IClassFixture<TestDatabase>
{
    [Fact]
    public void Names_and_enums_are_written_in_snake_case_and_no_value_is_lost()
    {
        var state = new Everything(Mood.VeryCalm, [new Part("x", 1)])
        {
            StartedAt = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero).AddTicks(1234567),
            Length = TimeSpan.FromSeconds(1.5),
            More = [3],
            ByName = ImmutableDictionary<string, int>.Empty.Add("Key Stays", 1),
            Shape = new Circle { R = 2 },
        };
        var json = JsonSerializer.Serialize(state, StateJson.Options);
        Assert.Contains("\"started_at\":", json, StringComparison.Ordinal);
        Assert.Contains("\"mood\":\"very_calm\"", json, StringComparison.Ordinal);
        Assert.Contains("\"Key Stays\":1", json, StringComparison.Ordinal);
        var read = JsonSerializer.Deserialize<Everything>(json, StateJson.Options)!;
        Assert.Equal(json, JsonSerializer.Serialize(read, StateJson.Options));
        Assert.Equal(state.StartedAt, read.StartedAt);
        Assert.Equal(state.Parts.AsEnumerable(), read.Parts);
        Assert.Equal(2, Assert.IsType<Circle>(read.Shape).R);
    }

    [Fact]
    public void Unknown_fields_are_ignored_and_missing_arrays_are_empty()
    {
        var read = JsonSerializer.Deserialize<Everything>("""{"mood":"tense","from_the_future":{"a":[1]}}""", StateJson.Options)!;
        Assert.Equal(Mood.Tense, read.Mood);
        Assert.False(read.Parts.IsDefault);
        Assert.Empty(read.Parts);
        Assert.False(read.More.IsDefault);
    }

    [Fact]
    public void A_default_array_can_be_written()
    {
        var json = JsonSerializer.Serialize(new Everything(Mood.Tense, default), StateJson.Options);
        Assert.Empty(JsonSerializer.Deserialize<Everything>(json, StateJson.Options)!.Parts);
    }

    [Fact]
    public async Task The_database_accepts_any_string_and_any_order_of_properties()
    {
        var state = new Everything(Mood.Tense, [new Part("a\0b\ud800", 1)])
        {
            ByName = ImmutableDictionary<string, int>.Empty.Add("k\0", 1),
            Shape = new Circle { R = 2 },
        };
        var json = JsonSerializer.Serialize(state, StateJson.Options);
        var stored = await test.Database.RunAsync(
            connection => connection.ExecuteScalarAsync<string>("SELECT @Json::jsonb::text", new { Json = json }));
        // jsonb puts the short name "r" before "$type".
        Assert.Contains("{\"r\": 2, \"$type\": \"circle\"}", stored, StringComparison.Ordinal);
        var read = JsonSerializer.Deserialize<Everything>(stored!, StateJson.Options)!;
        Assert.Equal("a\uFFFDb\uFFFD", read.Parts[0].Name);
        Assert.Equal("k\uFFFD", read.ByName.Keys.Single());
        Assert.IsType<Circle>(read.Shape);
    }

    public enum Mood
    {
        Tense,
        VeryCalm,
    }

    public sealed record Part(string Name, int Count);

    public sealed record Everything(Mood Mood, ImmutableArray<Part> Parts)
    {
        public DateTimeOffset StartedAt { get; init; }

        public TimeSpan Length { get; init; }

        public ImmutableDictionary<string, int> ByName { get; init; } = ImmutableDictionary<string, int>.Empty;

        public ImmutableArray<int> More { get; init; }

        public Shape? Shape { get; init; }
    }

    [JsonDerivedType(typeof(Circle), "circle")]
    public abstract record Shape;

    public sealed record Circle : Shape
    {
        public int R { get; init; }
    }
}
