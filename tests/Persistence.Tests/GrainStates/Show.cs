using System.Collections.Immutable;
using AudioOrleans.Persistence.GrainStates;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace AudioOrleans.Persistence.Tests.GrainStates;

/// <summary>The state of a grain in these tests.</summary>
public sealed record Show
{
    public string Title { get; init; } = "";

    public int Number { get; init; }

    public ImmutableArray<string> Tags { get; init; } = [];
}

/// <summary>Keeps a read model of shows; the database refuses negative numbers there.</summary>
public sealed class ShowProjection : IStateProjection<Show>
{
    public const string Table =
        "CREATE TABLE shows (id text PRIMARY KEY, title text NOT NULL, number integer NOT NULL CHECK (number >= 0))";

    public async ValueTask ProjectAsync(GrainId grain, Show state, NpgsqlTransaction transaction, CancellationToken cancellationToken)
    {
        const string Sql =
            """
            INSERT INTO shows (id, title, number) VALUES (@Id, @Title, @Number)
            ON CONFLICT (id) DO UPDATE SET title = excluded.title, number = excluded.number
            """;
        await transaction.Connection!.ExecuteAsync(Sql, new { Id = grain.Key.ToString(), state.Title, state.Number }, transaction);
    }

    public async ValueTask RemoveAsync(GrainId grain, NpgsqlTransaction transaction, CancellationToken cancellationToken) =>
        await transaction.Connection!.ExecuteAsync("DELETE FROM shows WHERE id = @Id", new { Id = grain.Key.ToString() }, transaction);

    public static PostgresGrainStorage Storage(AudioDatabase database) => new(
        database, new ServiceCollection().AddSingleton<IStateProjection<Show>, ShowProjection>().BuildServiceProvider());

    public static PostgresGrainStorage StorageWithout(AudioDatabase database) =>
        new(database, new ServiceCollection().BuildServiceProvider());
}
