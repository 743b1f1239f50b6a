namespace AudioOrleans.Grains.Interfaces;

/// <summary>Selects a page of a list.</summary>
/// <param name="Limit">How many items, 1 to 200.</param>
/// <param name="Cursor">The previous response's <c>next_cursor</c>; null for the start.</param>
[GenerateSerializer, Immutable, Alias("audio.page-request")]
public sealed record PageRequest([property: Id(0)] int Limit, [property: Id(1)] string? Cursor);

/// <summary>A page of a list.</summary>
/// <param name="Items">The items, in the list's order.</param>
/// <param name="NextCursor">The cursor of the next page; null at the end.</param>
[GenerateSerializer, Immutable, Alias("audio.page`1")]
public sealed record Page<T>([property: Id(0)] ImmutableArray<T> Items, [property: Id(1)] string? NextCursor);
