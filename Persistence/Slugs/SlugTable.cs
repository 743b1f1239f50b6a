using AudioOrleans.Persistence.GrainStates;
using Dapper;

namespace AudioOrleans.Persistence.Slugs;

/// <summary>The SQL of slugs: the names of streams, playlists and podcasts in addresses, former ones included.</summary>
public sealed class SlugTable(AudioDatabase database)
{
    /// <summary>The longest slug, in characters.</summary>
    public const int Longest = 60;

    /// <summary>How many numbers are tried.</summary>
    private const int MostNumbers = 1000;

    /// <summary>What a slug names, or has named; null if nothing.</summary>
    /// <param name="noun"><c>stream</c>, <c>playlist</c> or <c>podcast</c>.</param>
    /// <param name="slug">The slug.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    public Task<SlugRow?> FindAsync(string noun, string slug, CancellationToken cancellationToken) => database.RunAsync(
        connection => connection.QuerySingleOrDefaultAsync<SlugRow>(new CommandDefinition(
            "select s.id, c.slug as current from slugs s join slugs c on c.noun = s.noun and c.id = s.id and c.is_current where s.noun = @noun and s.slug = @slug",
            new { noun, slug }, cancellationToken: cancellationToken)),
        cancellationToken);

    /// <summary>The slug, or the first with a number after it, that is not another's at present; null if all are taken.</summary>
    public Task<string?> FindFreeAsync(string noun, Guid id, string wanted, CancellationToken cancellationToken) => database.RunAsync(
        connection => connection.ExecuteScalarAsync<string?>(new CommandDefinition(
            """
            select c.slug
            from (
                select 1 as number, @wanted as slug
                union all select number, rtrim(left(@wanted, @Longest - length('-' || number)), '-') || '-' || number from generate_series(2, @MostNumbers) number
            ) c
            where not exists (select from slugs s where s.noun = @noun and s.slug = c.slug and s.id <> @id)
            order by c.number limit 1
            """,
            new { noun, id, wanted, Longest, MostNumbers }, cancellationToken: cancellationToken)),
        cancellationToken);
}

/// <summary>What a slug names.</summary>
/// <param name="Id">The stream, playlist or podcast.</param>
/// <param name="Current">Its current slug: the same one, unless this is a former one.</param>
public sealed record SlugRow(Guid Id, string Current);

/// <summary>Makes a slug the current one, together with the state that contains it. Former ones stay reserved.</summary>
/// <param name="Noun"><c>stream</c>, <c>playlist</c> or <c>podcast</c>.</param>
/// <param name="Id">The stream, playlist or podcast.</param>
/// <param name="Slug">The slug.</param>
public sealed record ClaimSlug(string Noun, Guid Id, string Slug) : IStateEffect
{
    /// <inheritdoc/>
    /// <exception cref="SlugTakenException">It names, or has named, another.</exception>
    public async ValueTask ApplyAsync(StateWrite write)
    {
        // Waits for a transaction that is claiming the same one.
        var owner = await write.Transaction.Connection!.ExecuteScalarAsync<Guid>(new CommandDefinition(
            """
            insert into slugs (noun, slug, id, is_current) values (@Noun, @Slug, @Id, false) on conflict do nothing;
            select id from slugs where noun = @Noun and slug = @Slug;
            """,
            this, write.Transaction, cancellationToken: write.CancellationToken));
        if (owner != Id)
            throw new SlugTakenException(Slug);
        await write.Transaction.Connection!.ExecuteAsync(new CommandDefinition(
            """
            update slugs set is_current = false where noun = @Noun and id = @Id and is_current and slug <> @Slug;
            update slugs set is_current = true where noun = @Noun and slug = @Slug;
            """,
            this, write.Transaction, cancellationToken: write.CancellationToken));
    }
}

/// <summary>Deletes the slugs of what is deleted, former ones included, together with its state.</summary>
/// <param name="Noun"><c>stream</c>, <c>playlist</c> or <c>podcast</c>.</param>
/// <param name="Id">The stream, playlist or podcast.</param>
public sealed record ReleaseSlugs(string Noun, Guid Id) : IStateEffect
{
    /// <inheritdoc/>
    public async ValueTask ApplyAsync(StateWrite write) => await write.Transaction.Connection!.ExecuteAsync(new CommandDefinition(
        "delete from slugs where noun = @Noun and id = @Id", this, write.Transaction, cancellationToken: write.CancellationToken));
}

/// <summary>The slug names, or has named, another: the write is rolled back.</summary>
/// <param name="slug">The slug.</param>
public sealed class SlugTakenException(string slug) : Exception($"The slug '{slug}' is taken.");
